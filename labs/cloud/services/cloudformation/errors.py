"""What can be wrong with a template or with one resource of it.

CloudFormationError: AWS refuses the call
  TemplateError: ValidationError, for the template's own fault
ResourceError: a resource cannot be made; its stack is rolled back
"""

from labs.errors import LabsError


class CloudFormationError(LabsError):
    """The call is refused; `code` as AWS has it."""

    def __init__(self, message: str, code: str = "ValidationError", status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class TemplateError(CloudFormationError):
    """The template is wrong in itself."""


class ResourceError(LabsError):
    """One resource cannot be made, changed or deleted; the text is its ResourceStatusReason."""
