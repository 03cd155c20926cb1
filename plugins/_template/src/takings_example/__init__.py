"""Corner Till and Paper Ledger for takings."""
