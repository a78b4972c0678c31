"""Views of the board that people keep: a name for an address, one's own or shared with a role."""
