"""The atomic switch, the history of every publication, and the way back to the source rows."""
