"""Which rows are a user's: those of every model with a relation to users, of any app.

Nobody lists the models, so that none is forgotten when an app gets a new one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import CASCADE, Field, ForeignKey, Model, QuerySet

from learn.accounts.models import User


@dataclass(frozen=True)
class Relation:
    """A model whose rows say in `field` whose they are, or who made them."""

    model: type[Model]
    field: ForeignKey[Model, Model]

    @property
    def is_owner(self) -> bool:
        """Whether the row is about the user, and not only made by him or her."""
        return self.field.remote_field.on_delete is CASCADE

    def rows(self, user: User) -> QuerySet[Model]:
        """The user's, oldest first where keys are numbers."""
        manager = self.model._base_manager
        return manager.filter(**{self.field.name: user}).order_by("pk")


def relations() -> list[Relation]:
    """Those to `User`, by app and model."""
    found = [
        Relation(model, field) for model in apps.get_models() for field in _user_fields(model)
    ]
    return sorted(
        found, key=lambda relation: (relation.model._meta.label_lower, relation.field.name)
    )


def owned() -> list[Relation]:
    """Those whose rows are about the user."""
    return [relation for relation in relations() if relation.is_owner]


def _user_fields(model: type[Model]) -> Iterator[ForeignKey[Model, Model]]:
    fields: list[Field[object, object]] = list(model._meta.concrete_fields)
    for field in fields:
        if isinstance(field, ForeignKey) and field.related_model is User:
            yield field
