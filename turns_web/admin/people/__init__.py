"""The accounts of others, as administrators keep them: invited, changed, handed over and closed."""
