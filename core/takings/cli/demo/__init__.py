"""The demonstration: a whole month from a stand-in point of sale into a stand-in ledger, verified to the cent."""
