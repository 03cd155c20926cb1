"""Corner Till and Paper Ledger for takings: an example to copy."""
