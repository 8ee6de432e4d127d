"""When two written answers count as one, and when they nearly do."""

import difflib
import re
import unicodedata
from collections.abc import Sequence

from labs import Document

# Another letter in a word of five makes another word (0.8), in one of seven a slip (0.86).
CLOSE = 0.85


class Spelling(Document):
    """How strictly an answer is compared with the forms."""

    ignore_case: bool = True
    ignore_space: bool = False
    ignore_punctuation: bool = False

    def tidy(self, text: str) -> str:
        """The text in Unicode's form NFKC, without invisible characters, spaces put in order.

        Punctuation that is ignored counts as a space.
        """
        shown = unicodedata.normalize("NFKC", text)
        gap = "" if self.ignore_space else " "
        return gap.join("".join(map(self._kept, shown)).split())

    def _kept(self, character: str) -> str:
        match unicodedata.category(character):
            case "Cf":
                return ""
            case "Cc":
                return " "
            # Sk has the backtick and the circumflex.
            case "Pc" | "Pd" | "Ps" | "Pe" | "Pi" | "Pf" | "Po" | "Sk" if self.ignore_punctuation:
                return " "
        return character

    def compared(self, text: str) -> str:
        """What is equal of two texts that count as one."""
        tidied = self.tidy(text)
        return unicodedata.normalize("NFKC", tidied.casefold()) if self.ignore_case else tidied


LOOSEST = Spelling(ignore_case=True, ignore_space=True, ignore_punctuation=True)


def near_miss(text: str, accepted: Sequence[str]) -> str:
    """A sentence for an answer that is wrong, but nearly written as one that is right, or ""."""
    loose = LOOSEST.compared(text)
    forms = [LOOSEST.compared(form) for form in accepted]
    if loose in forms:
        return "Nearly: check capital letters, spaces and punctuation."
    # Another number is another answer, not a slip.
    alike = [form for form in forms if _numbers(form) == _numbers(loose)]
    if difflib.get_close_matches(loose, alike, n=1, cutoff=CLOSE):
        return "Nearly: check the spelling."
    return ""


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)
