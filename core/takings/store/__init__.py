"""Everything durable: tables, sessions, migrations, sealed secrets, and locks that die with their process."""
