"""A person's own data: all of it as a file, and the end of an account."""
