"""Limits, tolerances and other rules that an administrator sets, for all markets or one."""
