"""What the simulated cloud lacks: our gap, and never the learner's mistake."""


class MissingError(NotImplementedError):
    """A part of an operation is not simulated; the text goes on after "is not simulated".

    Raised wherever a call is answered, it reaches the learner's code as NotSimulated with the
    names of service and operation, and stands so in the trace.
    """
