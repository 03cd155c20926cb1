"""ImPOS plugin for takings."""
