"""Moving turns from stage to stage, and taking a move back."""
