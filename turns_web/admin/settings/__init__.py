"""The settings as administrators see them: for all markets and for one, and whom a changed limit would touch."""
