"""A made-up history of all feeds as files to drop, and its totals by accounts that share no code with the models."""
