"""Step Functions: the Amazon States Language, its execution on the agenda, and its API."""
