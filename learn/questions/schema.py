"""The question files' rules as JSON Schema, for editors: they complete keys and mark mistakes.

It follows from the models that read the files. What no schema can say, such as "exactly one
option is right", is left to `check_content`.
"""

from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter

from learn.questions.kinds import KINDS

type Json = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def question_schema() -> Json:
    """The schema of every question file: `kind` decides which keys there are."""
    documents = [kind.document for kind in KINDS.values()]
    # A type that no annotation can spell: one of the models that the registry has.
    union: Any = reduce(or_, documents)
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[union, Field(discriminator="kind")])
    return {"$schema": DIALECT, "title": "Coldstart question", **_plain(adapter)}


def model_schema(model: type[BaseModel], title: str) -> Json:
    """The schema of a file that one model reads."""
    return {"$schema": DIALECT, **_plain(TypeAdapter(model)), "title": title}


def _plain(adapter: TypeAdapter[Any]) -> Json:
    schema = adapter.json_schema()
    # OpenAPI's word, which strict readers of JSON Schema do not know; "const" says the same.
    return {key: value for key, value in schema.items() if key != "discriminator"}
