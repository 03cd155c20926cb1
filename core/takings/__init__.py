"""takings posts what a point of sale took in a day to an accounting ledger."""
