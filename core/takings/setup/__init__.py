"""Setting an integration up: provisioning it, its tokens and mapping; the wizard's steps come here."""
