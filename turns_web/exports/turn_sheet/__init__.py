"""One turn on paper: what its page says, for whoever stands in the home or sits in a meeting."""
