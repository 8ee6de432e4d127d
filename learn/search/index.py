"""A full-text index of the course in memory: SQLite's FTS5, ranked by BM25.

https://www.sqlite.org/fts5.html. It is the same whatever database the site has, and a course of
some hundred pages needs no other.
"""

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString

from learn.search.entries import Entry

MAX_WORDS = 10
MAX_LENGTH = 200
SNIPPET_WORDS = 28
# What stands around a hit until the text is escaped: characters that no text here has.
_BEGIN, _END = "\ue000", "\ue001"
_WORD = re.compile(r"\w+")
# A word in a title says more than one in the text.
_RANK = "bm25(entries, 0, 0, 12.0, 2.0, 0, 1.0)"


@dataclass(frozen=True)
class Hit:
    """One entry that was found, with what matched marked by <mark>."""

    entry: Entry
    title: SafeString
    snippet: SafeString


class Index:
    """Built once; `find` may be called by several threads at once."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        # Compiled with threads serialised, which sqlite3 tells by threadsafety 3.
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute(
            "CREATE VIRTUAL TABLE entries USING fts5("
            "kind UNINDEXED, key UNINDEXED, title, place, url UNINDEXED, text, "
            "tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3')"
        )
        rows = ((one.kind, one.key, one.title, one.place, one.url, one.text) for one in entries)
        self._database.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", rows)

    def find(self, words: str, *, questions: Collection[str] = (), limit: int = 20) -> list[Hit]:
        """The best entries first: those with all words, or else those with any of them.

        The last word may be unfinished. Of the questions only those with these paths are found.
        """
        found = _WORD.findall(words[:MAX_LENGTH])[:MAX_WORDS]
        if not found:
            return []
        terms = [f'"{word}"' for word in found[:-1]] + [f'"{found[-1]}" *']
        everything = list(self._hits(" AND ".join(terms), questions, limit))
        if everything or len(terms) == 1:
            return everything
        return list(self._hits(" OR ".join(terms), questions, limit))

    def _hits(self, query: str, questions: Collection[str], limit: int) -> Iterator[Hit]:
        allowed = ", ".join("?" * len(questions))
        rows = self._database.execute(
            "SELECT kind, key, title, place, url, text, "  # noqa: S608 - placeholders alone
            "highlight(entries, 2, ?, ?), snippet(entries, 5, ?, ?, '…', ?) FROM entries "
            f"WHERE entries MATCH ? AND (kind != 'question' OR key IN ({allowed})) "
            f"ORDER BY {_RANK} LIMIT ?",
            (_BEGIN, _END, _BEGIN, _END, SNIPPET_WORDS, query, *questions, limit),
        )
        for *columns, title, snippet in rows:
            yield Hit(Entry(*columns), _marked(title), _marked(snippet))


def _marked(text: str) -> SafeString:
    safe = str(escape(text))
    return SafeString(safe.replace(_BEGIN, "<mark>").replace(_END, "</mark>"))
