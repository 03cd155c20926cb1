"""Pure values and rules of a day's takings; no I/O, no database, no clock."""
