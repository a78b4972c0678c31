"""The default stack: a Postgres primary, its streaming replica and Valkey, as child processes of whoever starts them.

Knows nothing of turns. `Stack` in `stack.py` is what others use.
"""
