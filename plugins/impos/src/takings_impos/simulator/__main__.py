"""Is responsible for `python -m takings_impos.simulator`."""

from __future__ import annotations

import sys

from .command import main

if __name__ == "__main__":
    sys.exit(main())
