"""The contestants: each posts the same days, in a process of its own, in a virtual environment of its own."""
