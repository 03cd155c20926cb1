"""Square plugin for takings."""
