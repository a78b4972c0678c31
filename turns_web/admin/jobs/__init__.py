"""The work that is done outside of requests: what waits, runs and failed."""
