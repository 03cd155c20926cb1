"""The command line: `python -m bench [--quick] [--only NAME …] [--json FILE] [--strict]`; ends by itself."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import report
from bench.processes import ContestantFailed
from bench.runs import WrongResult
from bench.scenarios import SCENARIOS, Bench


def main() -> int:
    """Measure; 1 when a budget of calls is missed (with --strict any), or a contestant posted something else."""
    options = _options()
    described = report.machine()
    print(f"{described['cores']} cores, Python {described['python']}, load {described['load_at_start']}")
    findings, failed = [], False
    with TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(folder=Path(folder), quick=options.quick)
        for name in options.only or SCENARIOS:
            try:
                found = SCENARIOS[name](bench)
            except (ContestantFailed, WrongResult) as problem:
                print(f"\n{name}: {problem}")
                failed = True
                continue
            report.show(found)
            sys.stdout.flush()
            findings.append(found)
    report.show_checks(findings)
    if options.json:
        options.json.write_text(json.dumps(report.as_json(findings), indent=1) + "\n", "utf-8")
    missed = [check for found in findings for check in found.checks if not check.met]
    return 1 if failed or any(check.hard or options.strict for check in missed) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one pass each, fewer days and venues: two minutes")
    parser.add_argument("--only", nargs="+", choices=tuple(SCENARIOS), metavar="NAME", help=", ".join(SCENARIOS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there as well")
    parser.add_argument("--strict", action="store_true", help="let budgets of CPU, wall and memory fail the run too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
