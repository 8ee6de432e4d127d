"""Tags for the templates of quizzes."""
