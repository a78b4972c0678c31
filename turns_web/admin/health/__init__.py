"""How the parts of Turns are, in words."""
