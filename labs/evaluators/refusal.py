"""Why an artefact has no outcomes."""


class InvalidArtefactError(Exception):
    """AWS would refuse it; the text is AWS's, or says where it is no JSON."""


class ResultsTooLargeError(Exception):
    """What came out is more than a report holds."""


class NotSimulatedError(Exception):
    """It uses what the simulated cloud lacks; the text says what."""
