"""What went wrong in the learner's code, in AWS's form: errorType, errorMessage, stackTrace."""

import errno
import traceback
from typing import Any

from labs.sandbox.folders import task_root

MAX_CAUSES = 10


def is_own(file_name: str) -> bool:
    return file_name.startswith(task_root())


def described(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if is_own(frame.filename)]
    lines = [
        f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}\n    {frame.line}\n'
        for frame in own
    ]
    return failure(type(error).__name__, text(error), lines) | _limit(error)


def _limit(error: BaseException) -> dict[str, str]:
    """{"limit": ...} if the error says that a limit of the sandbox was hit."""
    seen: BaseException | None = error
    for _ in range(MAX_CAUSES):
        match seen:
            case None:
                break
            case MemoryError():
                return {"limit": "memory"}
            case OSError(errno=errno.ENOSPC | errno.EFBIG | errno.EDQUOT):
                return {"limit": "disk"}
            case OSError(errno=errno.EMFILE | errno.ENFILE):
                return {"limit": "files"}
            case RuntimeError() if "can't start new thread" in text(seen):
                return {"limit": "processes"}
        seen = seen.__cause__ or seen.__context__
    return {}


def failure(kind: str, message: str, stack: list[str] | None = None) -> dict[str, Any]:
    error = {"errorType": kind, "errorMessage": message[:4000], "stackTrace": (stack or [])[-20:]}
    return {"error": error}


def text(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:
        return "(the error's text could not be made)"
