"""`python -m spacekit`: the same as the command `spacekit`. Nothing else."""

import sys

from spacekit.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
