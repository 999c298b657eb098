"""Measurements side by side with the usual other way: `python3 run.py bench [topic ...]`. No tests."""
