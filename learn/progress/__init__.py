"""How far a learner is: what is done, what comes next."""
