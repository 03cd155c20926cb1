"""Measures takings beside what else could be used, against a local ledger with its limits on: `python -m bench`."""
