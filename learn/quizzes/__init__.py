"""Quizzes: answering, marking and keeping attempts."""
