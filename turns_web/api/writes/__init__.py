"""POST /api/write/…: one command, or many that stand and fall together."""
