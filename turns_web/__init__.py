"""Turns: the work on rented homes between two residents."""
