"""What Task states call, and what becomes of the answers."""
