"""The command `spacekit`, also as `python -m spacekit`: it can be stopped before it is loaded. Nothing else."""

import os
import signal
import sys
from types import FrameType

_INTERRUPTED = 130


def _end(_number: int, _frame: FrameType | None) -> None:
    """End at once: nothing has begun, and a traceback out of pandas would say nothing."""
    os._exit(_INTERRUPTED)


def main() -> int:
    """Run the command with the arguments of the process, and return its exit code."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where it is ignored
        signal.signal(signal.SIGINT, _end)
    from spacekit.cli.main import main as command  # late: this takes a second, in which Ctrl-C may come

    return command()


if __name__ == "__main__":
    sys.exit(main())
