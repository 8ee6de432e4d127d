"""All of a user's data as a ZIP file: JSON for each kind of row, and code as files.

account.json
submissions/submission.json
submissions/submission/<id>/handler.py
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, ForeignKey, Model

from learn.accounts.models import User
from learn.personal.ownership import Relation, relations

# Rows in memory at once: a report with its trace may have megabytes.
CHUNK = 20
# With these somebody else could log in. They are of no use to their owner in a file.
SECRETS = frozenset(
    {
        "accounts.user.password",
        "mfa.authenticator.data",
        "usersessions.usersession.session_key",
        "account.emailconfirmation.key",
    }
)
# Code: {path: text}, as files and not as JSON.
FILES = "files"


def export(user: User) -> IO[bytes]:
    """The ZIP file, open at its beginning. It has no name, and is gone when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            account = json.dumps(_record(user), cls=DjangoJSONEncoder, indent=2)
            archive.writestr("account.json", account)
            for relation in relations():
                _write_rows(archive, relation, user)
                _write_files(archive, relation, user)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def name_of(relation: Relation) -> str:
    """The JSON file's: "quizzes/answer.json", or "cohorts/cohort-created_by.json"."""
    by = "" if relation.is_owner else f"-{relation.field.name}"
    meta = relation.model._meta
    return f"{meta.app_label}/{meta.model_name}{by}.json"


def _write_rows(archive: zipfile.ZipFile, relation: Relation, user: User) -> None:
    """One JSON list, written row by row."""
    with archive.open(name_of(relation), "w") as file:
        separator = "[\n"
        for row in _rows(relation, user):
            text = json.dumps(_record(row), cls=DjangoJSONEncoder)
            file.write(f"{separator}{text}".encode())
            separator = ",\n"
        file.write(b"[]\n" if separator == "[\n" else b"\n]\n")


def _write_files(archive: zipfile.ZipFile, relation: Relation, user: User) -> None:
    meta = relation.model._meta
    if not any(_is_code(field) for field in meta.concrete_fields):
        return
    for row in relation.rows(user).only(FILES).iterator(CHUNK):
        for path, text in dict(getattr(row, FILES)).items():
            archive.writestr(
                f"{meta.app_label}/{meta.model_name}/{row.pk}/{_safe(path)}", str(text)
            )


def _rows(relation: Relation, user: User) -> Iterator[Model]:
    """With what they belong to, so that its name can be said."""
    rows = relation.rows(user)
    if others := [field.name for field in _foreign_keys(relation.model)]:
        rows = rows.select_related(*others)
    return rows.iterator(CHUNK)


def _record(row: Model) -> dict[str, object]:
    """Each field's value. What the row belongs to is its key, and in words."""
    meta = row._meta
    record = {
        field.attname: field.value_from_object(row)
        for field in meta.concrete_fields
        if f"{meta.label_lower}.{field.name}" not in SECRETS and not _is_code(field)
    }
    for field in _foreign_keys(meta.model):
        other = getattr(row, field.name)
        record[field.name] = None if other is None else str(other)
    return record


def _foreign_keys(model: type[Model]) -> Iterator["ForeignKey[Model, Model]"]:
    """Those to other things than users: whose data this is, is known."""
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and field.related_model is not User:
            yield field


def _is_code(field: "Field[object, object]") -> bool:
    return field.name == FILES and field.get_internal_type() == "JSONField"


def _safe(path: str) -> str:
    """Paths were checked when the code came; a ZIP file must be safe all the same."""
    return "/".join(part for part in PurePosixPath(path).parts if part not in ("/", ".."))
