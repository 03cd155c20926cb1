"""Stand-ins on 127.0.0.1 for what the plugin calls: `python -m takings_example.sandbox`."""
