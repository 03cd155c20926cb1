"""Connecting to other systems: OAuth, tokens handed out and typed in, the authorised HTTP client, call budgets."""
