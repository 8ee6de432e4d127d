"""Examples in lessons: Python that runs, and below it exactly what it printed.

    ```python
    # handler.py                    a file, by its first line; later examples may import it
    ...
    ```

    ```python
    import boto3                    an example: it runs as main.py, as an output follows it
    ...
    ```

    ```output
    ...
    ```

An example whose first line is `# continued` goes on where the example before it ended.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from learn.prose.notation import FENCED

FILE_NAME = re.compile(r"# ([\w/]+\.py)")
CONTINUED = "# continued"
MAIN = "main.py"
# Printed between the parts of a chain of examples, which run as one program. No text has it.
BOUNDARY = "\x1e"


@dataclass(frozen=True)
class Example:
    """One program of a lesson: `files` (`{name: text}`, with main.py) print `output`.

    `line` is that of the output's first line in the text, from 0; `part` how many examples of its
    chain ran before it.
    """

    files: Mapping[str, str]
    output: str
    line: int
    part: int = 0

    def printed(self, stdout: str) -> str:
        """Its own part of what the program printed, without space at the ends of lines."""
        parts = stdout.split(f"{BOUNDARY}\n")
        return plain(parts[self.part]) if self.part < len(parts) else ""


@dataclass(frozen=True)
class _Block:
    language: str
    code: str
    start: int
    end: int


def plain(text: str) -> str:
    """An output without space at the ends of its lines and of itself."""
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n")).rstrip()


def examples_in(text: str) -> Iterator[Example]:
    """The examples of a lesson, in order."""
    files: dict[str, str] = {}
    chain: list[str] = []
    blocks = list(_blocks(text))
    for block, after in zip_longest(blocks, blocks[1:]):
        if block.language != "python":
            continue
        if name := FILE_NAME.fullmatch(block.code.partition("\n")[0].strip()):
            files[name[1]] = block.code
        if after is None or after.language != "output" or text[block.end : after.start].strip():
            continue
        chain = [*chain, block.code] if block.code.startswith(CONTINUED) else [block.code]
        program = f"\nprint({BOUNDARY!r})\n".join(chain)
        line = text.count("\n", 0, after.start) + 1
        yield Example({**files, MAIN: program}, after.code, line, len(chain) - 1)


def python_in(text: str) -> Iterator[tuple[int, str]]:
    """Every block of Python, with the line at which its code begins, from 0."""
    for block in _blocks(text):
        if block.language == "python":
            yield text.count("\n", 0, block.start) + 1, block.code


def with_outputs(text: str, outputs: Mapping[int, str]) -> str:
    """The text with other outputs: `{line of the output, as in Example: what it shall be}`."""
    lines = text.split("\n")
    for line, output in sorted(outputs.items(), reverse=True):
        end = next(n for n in range(line, len(lines)) if lines[n].startswith(("```", "~~~")))
        lines[line:end] = output.split("\n")
    return "\n".join(lines)


def _blocks(text: str) -> Iterator[_Block]:
    for found in FENCED.finditer(text):
        yield _Block(found["lang"] or "", found["code"], found.start(), found.end())
