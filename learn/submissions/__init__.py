"""Submissions: from the lab page to the grading queue and back to the learner."""
