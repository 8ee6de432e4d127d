"""People: e-mail address, name, password."""
