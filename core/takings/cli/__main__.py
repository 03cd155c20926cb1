"""Runs the command line by `python -m takings.cli`."""

from __future__ import annotations

import sys

from takings.cli import main

if __name__ == "__main__":
    sys.exit(main())
