"""What an attack is: a program in a learner's hands, and what must come of it."""

from dataclasses import dataclass

from labs import Verdict

# An attack says what became of each of its attempts, so that none "fails" for another reason
# than the wall that should have stopped it.
TRIED = """\
import ctypes, errno, json, os, socket, struct, sys, threading, time
def tried(what, action, *arguments):
    try:
        found = action(*arguments)
    except OSError as error:
        found = errno.errorcode.get(error.errno, type(error).__name__)
    except BaseException as error:
        found = type(error).__name__
    print(what, found)
libc = ctypes.CDLL(None, use_errno=True)
def syscall(number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
def in_tmp():  # without Python itself, where this is a checkout below /tmp
    return [name for name in os.listdir('/tmp') if not sys.prefix.startswith(f'/tmp/{name}/')]
"""


@dataclass(frozen=True)
class Attack:
    """`code` is a main.py for the playground, or the handler.py of the lab if `graded`.

    `prints` are the lines that must come out, in order; where the program is ended, more may
    follow, as its traceback. `or_verdict` is for what two processes race for.
    `says` must be in the message or in a check's feedback. An attack on a check must earn
    `score` points: none, unless it says otherwise.
    """

    name: str
    code: str
    prints: tuple[str, ...] = ()
    verdict: Verdict = Verdict.PASSED
    or_verdict: Verdict | None = None
    says: str = ""
    wall_seconds: float = 8
    rounds: int = 1
    graded: bool = False
    score: int = 0

    @property
    def source(self) -> str:
        return TRIED + self.code.lstrip("\n")
