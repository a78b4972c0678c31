"""What makes a whole file no table for us."""

MOST_BYTES = 200 * 1024 * 1024
MOST_ROWS = 1_000_000


class Unreadable(Exception):
    """Nothing could be read; the message is one line for the person, and nothing was written."""
