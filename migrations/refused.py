class Refused(Exception):
    """The database cannot be migrated as things stand. The text is one line that says what to do."""
