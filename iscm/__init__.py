"""The command line: each step of the chain as a command that a person can run by hand."""
