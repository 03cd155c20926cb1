"""Starts the Xero sandbox, if wanted with a shorter window than a minute: `--window-seconds 6` is a scale of 1:10."""

from __future__ import annotations

import argparse
import sys

from takings_xero.sandbox import cli, limits


def main() -> int:
    """Serve until stdin closes or a signal comes."""
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument("--window-seconds", type=int, default=limits.MINUTE)
    mine, others = own.parse_known_args()
    limits.MINUTE = mine.window_seconds
    return cli.run(others)


if __name__ == "__main__":
    sys.exit(main())
