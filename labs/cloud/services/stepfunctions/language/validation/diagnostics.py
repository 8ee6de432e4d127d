"""What validation finds, as ValidateStateMachineDefinition returns it."""

from dataclasses import dataclass

ERROR, WARNING = "ERROR", "WARNING"
SCHEMA = "SCHEMA_VALIDATION_FAILED"


@dataclass(frozen=True)
class Diagnostic:
    """`location` is "/States/A/Next", or "" where there is none.

    The codes: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html
    """

    severity: str
    code: str
    message: str
    location: str = ""


class Findings:
    """Collects diagnostics in the order in which they are found."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    def add(self, message: str, location: str, code: str = SCHEMA) -> None:
        self.found.append(Diagnostic(ERROR, code, message, location))

    def warn(self, message: str, location: str, code: str) -> None:
        self.found.append(Diagnostic(WARNING, code, message, location))

    def unsupported(self, field: str, location: str) -> None:
        self.add(f"Field '{field}' is not supported", location)
