"""Questions as authors write them: their kinds, their variants, and what an answer is worth."""
