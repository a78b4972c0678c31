"""The board: which turn is where, for how long, who must act next, and what is late."""
