"""The exit codes of the command, and their words in its help. It decides none."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
FAILED: Final = 1
WRONG_USAGE: Final = 2
INCOMPLETE: Final = 3
NO_ANSWER: Final = 4
REFUSED: Final = 5
CLOSED: Final = 141

_CODES: Final = {
    DONE: "done, everything as asked",
    FAILED: "an error, explained in one line",
    WRONG_USAGE: "wrong usage",
    INCOMPLETE: "done, but some inputs are not there, or nothing came in",
    NO_ANSWER: "the service gave no answer for some or all",
    REFUSED: "the key is missing or was refused, or no credit is left",
    129: "stopped by SIGHUP; what came is written",
    130: "stopped by Ctrl-C; what came is written",
    CLOSED: "the reader of the output stopped reading (| head)",
    143: "stopped by SIGTERM; what came is written",
}
OF_SERVICE: Final = (NO_ANSWER, REFUSED)


def exit_codes(*, asks: bool = False, incomplete: str = _CODES[INCOMPLETE]) -> str:
    """Return the exit codes of a command for its help; those of the service where it asks one."""
    codes = {**_CODES, INCOMPLETE: incomplete}
    lines = [f"  {code:<4} {words}" for code, words in codes.items() if asks or code not in OF_SERVICE]
    gravest = ["Of several, the gravest: 5 before 4 before 3."] if asks else []
    return "\n".join(["exit codes:", *lines, *gravest])


EXIT_CODES: Final = exit_codes()
"""Of a command that asks no service."""
SERVER_CODES: Final = "\n".join(
    ["exit codes:", "  0    ended by Ctrl-C, SIGTERM or SIGHUP", *EXIT_CODES.splitlines()[2:4]]
)
"""Of a command that serves until it is told to end."""
