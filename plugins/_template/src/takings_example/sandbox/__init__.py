"""A stand-in for Corner Till and Paper Ledger on 127.0.0.1: `python -m takings_example.sandbox`."""
