"""The types of homes that a property may be of."""
