"""`python -m takings_square.sandbox`."""

from __future__ import annotations

import importlib.util
import sys


def main() -> int:
    """Run the sandbox's command line, or say in one sentence what is missing."""
    missing = [name for name in ("flask", "authlib") if importlib.util.find_spec(name) is None]
    if missing:
        sys.stderr.write(
            f"The Square sandbox needs {' and '.join(missing)}; install with: pip install 'takings-square[sandbox]'\n"
        )
        return 2
    from takings_square.sandbox.cli import run  # noqa: PLC0415

    return run(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
