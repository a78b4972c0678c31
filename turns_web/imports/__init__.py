"""Taking in properties, turns and vendors from CSV and Excel files."""
