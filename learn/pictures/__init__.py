"""What a program did in its account: call trace, service map and account view."""
