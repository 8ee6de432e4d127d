"""The page of a lesson, and the questions that it asks in its text: immediate, and not graded.

It stands above the catalogue, which knows the text, and the quizzes, which keep the answers.
"""
