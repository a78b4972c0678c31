"""What Turns promises of its speed, measured: docs/benchmarks.md says how."""
