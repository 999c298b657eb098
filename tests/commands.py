"""What the tests of the shell's commands share: ids, a key, and the type of a run."""

from collections.abc import Callable

KEY = "777|nobody-may-see-this"
KEY_NAME = "SOCIALDATA_API_KEY"
DOCUMENTED = "1jMJgLdenVjxL"
SAMPLE, OTHER, MISSING = "1SAMPLEnoTitl", "1SAMPLElong30", "1SAMPLEzzzzzz"
PNG = b"\x89PNG"

Run = Callable[..., tuple[int, str, str]]
"""Runs a command in this process: exit code, standard output, standard error."""
