"""Changing many turns at once: looked at beforehand, then each on its own."""
