"""The command `spacekit`, also as `python -m spacekit`: it can be stopped before it is loaded. Nothing else."""

import _signal  # type: ignore[import-not-found]  # `signal` loads enum first, in which Ctrl-C may come
import os
import sys

_INTERRUPTED = 130


def _end(_number: int, _frame: object) -> None:
    """End at once: nothing has begun, and a traceback out of pandas would say nothing."""
    os._exit(_INTERRUPTED)


def main() -> int:
    """Run the command as a process of its own, and return its exit code."""
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:  # not where it is ignored
        _signal.signal(_signal.SIGINT, _end)
    from spacekit.cli.main import main as command  # late: this takes a second, in which Ctrl-C may come

    return command()


if __name__ == "__main__":
    sys.exit(main())
