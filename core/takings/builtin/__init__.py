"""The numbering strategies and mapping providers that come with the engine, as a plugin like any other."""
