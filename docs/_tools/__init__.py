"""What writes the pages that are made from the sources; `make docs` runs it."""
