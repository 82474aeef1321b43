"""A made-up history of money as files to drop, and its totals by an account that shares no code with the models."""
