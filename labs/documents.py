"""Files that people write (TOML, YAML, TOML front matter), read into strict models.

Every mistake becomes a `Problem` with file, line and what would be right; all mistakes of a file
are reported at once.
"""

import codecs
import difflib
import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pydantic
import yaml

from labs.advice import on_value, on_yaml
from labs.errors import ContentError, Problem

type Location = tuple[str | int, ...]

MAX_DOCUMENT_BYTES = 1_000_000
FENCE = "+++"


class Document(pydantic.BaseModel):
    """Base of every content model: frozen, no coercion, unknown keys are errors."""

    model_config = pydantic.ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False
    )


def read_toml[M: Document](path: Path, model: type[M]) -> M:
    """The TOML file as a model.

    Raises:
        ContentError: it is missing, no UTF-8, no TOML, or not what the model asks for.
    """
    return _parse_toml(path, read_text(path), model, first_line=1)


def read_front_matter[M: Document](path: Path, model: type[M]) -> tuple[M, str, int]:
    """A file that begins with TOML between two lines of `+++`.

    Returns the model, the text below, and the line at which that text starts.
    """
    lines = read_text(path).split("\n")
    fences = [number for number, line in enumerate(lines) if line.rstrip() == FENCE][:2]
    if len(fences) < 2 or fences[0] != 0:
        raise ContentError(
            [Problem(path, 1, f"start the file with TOML between two {FENCE} lines")]
        )
    head, body = lines[1 : fences[1]], lines[fences[1] + 1 :]
    meta = _parse_toml(path, "\n".join(head), model, first_line=2)
    return meta, "\n".join(body), fences[1] + 2


if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _FastLoader(yaml.composer.Composer, yaml.resolver.Resolver, CParser):
        """libyaml's events, composed in Python: its own composer overflows on deep documents."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            yaml.composer.Composer.__init__(self)
            yaml.resolver.Resolver.__init__(self)


def read_yaml[M: Document](path: Path, model: type[M]) -> M:
    """The YAML file as a model. A key that stands twice is an error too.

    Raises:
        ContentError: it is missing, no UTF-8, no YAML, or not what the model asks for.
    """
    text = read_text(path)
    # YAML knows more ends of lines than editors do, and reports the end as one line more.
    last = text.rstrip().count("\n") + 1
    try:
        node = _compose(text)
        places = _yaml_lines(node, ()) if node else ()
        lines = {place: min(line, last) for place, line in places}
        data = yaml.constructor.SafeConstructor().construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = min(error.problem_mark.line + 1, last) if error.problem_mark else 1
        message = f"is not YAML: {error.problem}{on_yaml(error.problem or '')}"
        raise ContentError([Problem(path, line, message)]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ContentError([Problem(path, line, f"is not YAML: {error.reason}")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ContentError([Problem(path, 1, f"is not YAML: {_one_line(error)}")]) from None
    return _validate(path, data, model, lines)


def read_text(path: Path) -> str:
    """The file's text, with "\\n" at the ends of lines.

    Raises:
        ContentError: it is missing, larger than MAX_DOCUMENT_BYTES, not UTF-8, or begins with a
            byte order mark.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise ContentError([Problem(path, 1, f"cannot be read: {reason}")]) from None
    if len(raw) > MAX_DOCUMENT_BYTES:
        raise ContentError([Problem(path, 1, f"is larger than {MAX_DOCUMENT_BYTES:,} bytes")])
    if raw.startswith(codecs.BOM_UTF8):
        message = "begins with a byte order mark: save the file as UTF-8 without BOM"
        raise ContentError([Problem(path, 1, message)])
    try:
        return raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ContentError([Problem(path, line, "is not UTF-8: save the file as UTF-8")]) from None


def line_of(path: Path, pattern: str) -> int:
    """The first line in which the regular expression is found, or 1."""
    lines = enumerate(read_text(path).split("\n"), start=1)
    return next((number for number, line in lines if re.search(pattern, line)), 1)


def _parse_toml[M: Document](path: Path, text: str, model: type[M], *, first_line: int) -> M:
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r" \(at line (\d+), column \d+\)| \(at end of document\)", str(error))
        line = int(place[1]) if place and place[1] else text.rstrip().count("\n") + 1
        message = str(error).replace(place[0] if place else "", "")
        raise ContentError(
            [Problem(path, line + first_line - 1, f"is not TOML: {message}")]
        ) from None
    lines = {place: line + first_line - 1 for place, line in _toml_lines(text).items()}
    return _validate(path, data, model, lines)


def _validate[M: Document](
    path: Path, data: object, model: type[M], lines: dict[Location, int]
) -> M:
    if not isinstance(data, dict):
        message = "is empty" if data is None else "is not a list of keys and values"
        needed = ", ".join(f"'{name}'" for name in _needed_keys(model))
        raise ContentError([Problem(path, 1, f"{message}: write {needed}")])
    try:
        # Through JSON, so that strict means what authors expect: a list may be a tuple, "3" is no
        # number.
        return model.model_validate_json(json.dumps(data, default=_no_json))
    except pydantic.ValidationError as invalid:
        problems = [
            Problem(path, _line_of(error["loc"], lines), _sentence(error, model))
            for error in _causes(invalid)
        ]
        raise ContentError(problems) from None


def sentences(invalid: pydantic.ValidationError, model: type[Document]) -> list[str]:
    """What is wrong with a document that came by another way than a file."""
    return [_sentence(error, model) for error in _causes(invalid)]


def _causes(invalid: pydantic.ValidationError) -> list[Any]:
    """The errors, without "too short" of a list whose entries are counted out by their own."""
    errors = invalid.errors(include_url=False)
    places = [error["loc"] for error in errors]

    def is_echo(error: Any) -> bool:
        here = error["loc"]
        inner = (place for place in places if len(place) > len(here))
        return error["type"] == "too_short" and any(p[: len(here)] == here for p in inner)

    return [error for error in errors if not is_echo(error)]


def _no_json(value: object) -> dict[str, str]:
    """Dates and the like, as what no field takes: as text, they would pass for a title."""
    return {type(value).__name__: str(value)}


def _needed_keys(model: type[Document]) -> list[str]:
    return [name for name, field in model.model_fields.items() if field.is_required()]


def _line_of(location: Location, lines: dict[Location, int]) -> int:
    place: Location = ()
    for part in location:
        # The tag of a union stands in pydantic's location but not in the file: it is passed over.
        if (*place, part) in lines:
            place = (*place, part)
    return lines.get(place) or min(lines.values(), default=1)


def _sentence(error: Any, model: type[Document]) -> str:
    name = ".".join(str(part) for part in error["loc"])
    match error["type"]:
        case "extra_forbidden":
            return f"unknown key '{name}'{_suggestion(str(error['loc'][-1]), model)}"
        case "missing":
            return f"the key '{name}' is missing"
        case "value_error":
            return f"{name}: {error['ctx']['error']}" if name else str(error["ctx"]["error"])
        case _:
            message = _one_line(error["msg"]).replace(" after validation", "")
            message = f"{message[0].lower()}{message[1:]}{on_value(error)}"
            return f"{name}: {message}" if name else message


def _one_line(message: object) -> str:
    return " ".join(str(message).split())


def _suggestion(key: str, model: type[Document]) -> str:
    schema = model.model_json_schema()
    objects = [schema, *schema.get("$defs", {}).values()]
    known = sorted({name for part in objects for name in part.get("properties", {})})
    close = difflib.get_close_matches(key, known, n=1)
    return f": did you mean '{close[0]}'?" if close else f": known keys are {', '.join(known)}"


_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\-\"' ]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([\w.\-]+|\"[^\"]+\"|'[^']+')\s*=")
_STRING_OR_COMMENT = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*")


def _toml_lines(text: str) -> dict[Location, int]:
    """Where each key stands; tomllib does not tell.

    Keys of inline tables, and keys with escaped quotes, are left out: what is wrong with them is
    reported at the line of what holds them.
    """
    lines: dict[Location, int] = {}
    table: Location = ()
    counts: dict[Location, int] = {}
    quote, depth = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        place: Location = ()
        is_inside = bool(quote) or depth > 0
        if not is_inside and (header := _HEADER.match(line)):
            place = table = _table(header, counts)
        elif not is_inside and (key := _KEY.match(line)):
            place = (*table, *(part.strip("\"'") for part in key[1].split(".")))
        for end in range(1, len(place) + 1):
            lines.setdefault(place[:end], number)
        was_quoted, quote = bool(quote), _open_quote(line, quote)
        if not was_quoted and not quote:
            bare = _STRING_OR_COMMENT.sub("", line)
            depth = max(0, depth + bare.count("[") - bare.count("]"))
    return lines


def _table(header: re.Match[str], counts: dict[Location, int]) -> Location:
    """The place that a header opens; those in double brackets are counted."""
    table: Location = tuple(part.strip(" \"'") for part in header[2].split("."))
    if header[1] == "[":
        return table
    counts[table] = counts.get(table, -1) + 1
    return (*table, counts[table])


def _open_quote(line: str, quote: str) -> str:
    """The kind of multi-line string that is open at the end of the line, or ''."""
    for found in re.findall(r'"""|\'\'\'', line):
        if not quote:
            quote = found
        elif quote == found:
            quote = ""
    return quote


def _compose(text: str) -> yaml.Node | None:
    """The document's root, read by libyaml where that is there.

    What is wrong is told by PyYAML's own parser, whose words are known everywhere.
    """
    if yaml.__with_libyaml__:
        with suppress(yaml.YAMLError):
            return _FastLoader(text).get_single_node()
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _yaml_lines(node: yaml.Node, place: Location) -> Iterator[tuple[Location, int]]:
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _yaml_lines(child, (*place, index))
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, child in node.value:
            _check_key(key, seen)
            seen.add(key.value)
            yield (*place, key.value), key.start_mark.line + 1
            for inner in _yaml_lines(child, (*place, key.value)):
                if inner[0] != (*place, key.value):
                    yield inner


def _check_key(key: yaml.Node, seen: set[str]) -> None:
    """Refuse a list, a number, a date ... as a key, and a key that stands twice."""
    problem = ""
    if key.tag != "tag:yaml.org,2002:str":
        problem = "a key must be text: put it in quotes"
    elif key.value in seen:
        problem = f"the key '{key.value}' stands twice"
    if problem:
        raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
