"""Events: reports of meetings, and an account of what they cost and who paid."""
