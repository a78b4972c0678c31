"""Rows to look at and to measure with: the demo portfolio, the demo sign-ins, and portfolios of any size."""
