"""What waits for a decision: mine, elsewhere, sent by me, and what I decided."""
