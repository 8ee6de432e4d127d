"""The account view: what exists after a check, and what that check changed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from labs import AccountChange, Execution, Resource
from learn.pictures.changes import (
    ComparedTable,
    Fact,
    change_label,
    compared_facts,
    compared_tables,
)
from learn.pictures.evidence import Check, Evidence, Picture
from learn.pictures.graphs import Graph
from learn.pictures.service_names import service_name
from learn.pictures.state_machine import outcome_label, state_graph


@dataclass(frozen=True)
class Text:
    """A longer text, such as a function's log; `is_changed` if the check wrote to it."""

    title: str
    text: str
    is_changed: bool


@dataclass(frozen=True)
class ShownExecution:
    """One execution of a state machine; `is_new` if it began during the check."""

    execution: Execution
    definition: str
    is_new: bool

    @cached_property
    def graph(self) -> Graph | None:
        return state_graph(self.definition, self.execution)

    @property
    def badge(self) -> str:
        """The colour's name in badge-<name>."""
        names = {"SUCCEEDED": "passed", "RUNNING": "queued"}
        return names.get(self.execution.status, "failed")

    @property
    def states(self) -> list[tuple[str, str, int]]:
        """(name, outcome in words, times) in the order of the first visits."""
        return [(one.name, outcome_label(one.outcome), one.times) for one in self.execution.states]


@dataclass(frozen=True)
class Card:
    """One resource. `change` is "", "added", "changed" or "removed"; `before` what it was.

    `anchor` is its id in the page.
    """

    resource: Resource
    change: str = ""
    before: Resource | None = None
    anchor: str = ""

    @property
    def change_label(self) -> str:
        return change_label(self.change)

    @property
    def _is_compared(self) -> bool:
        return self.change == "changed" and self.before is not None

    @property
    def facts(self) -> tuple[Fact, ...]:
        old = self.before.facts if self.before and self._is_compared else None
        return compared_facts(self.resource.facts, old)

    @property
    def tables(self) -> tuple[ComparedTable, ...]:
        # A resource for whose contents there was no room in the report has not lost them.
        has_contents = self._is_compared and self.resource.tables
        old = self.before.tables if self.before and has_contents else None
        return compared_tables(self.resource.tables, old)

    @property
    def texts(self) -> list[Text]:
        old = dict(self.before.texts) if self.before else {}
        return [
            Text(title, text, self._is_compared and old.get(title) != text)
            for title, text in self.resource.texts
        ]

    @property
    def executions(self) -> list[ShownExecution]:
        known = {one.name for one in self.before.executions} if self.before else set()
        return [
            ShownExecution(
                one, self.resource.definition, self._is_compared and one.name not in known
            )
            for one in self.resource.executions
        ]

    @cached_property
    def graph(self) -> Graph | None:
        """Of a state machine that nobody has started yet."""
        if self.resource.executions or not self.resource.definition:
            return None
        return state_graph(self.resource.definition, None)

    @property
    def is_unreadable(self) -> bool:
        """Whether its definition says nothing that can be drawn."""
        return bool(self.resource.definition) and not (self.graph or self.resource.executions)


@dataclass(frozen=True)
class Moment:
    """One choice of the account view: the account after a check, or at the end without checks."""

    id: str
    check: Check | None
    changed: int


@dataclass(frozen=True)
class Account:
    """The account at the chosen moment, by service."""

    moments: list[Moment]
    chosen: Moment | None
    services: list[tuple[str, list[Card]]]
    url: str

    @property
    def changed(self) -> list[Card]:
        """The cards of what the check made, changed or deleted."""
        return [card for _name, cards in self.services for card in cards if card.change]


def account_of(evidence: Evidence, query: Mapping[str, str]) -> Account:
    """The account after the check that the query names, else after the first that failed."""
    checks = evidence.checks_by_id
    moments = [
        Moment(change.check, checks.get(change.check), _count(change))
        for change in evidence.accounts
    ]
    places = {change.check: place for place, change in enumerate(evidence.accounts)}
    url = f"{evidence.url}{Picture.ACCOUNT}/"
    if not moments:
        return Account([], None, [], url)
    failed = (at for at, moment in enumerate(moments) if moment.check and moment.check.failed)
    place = places.get(query.get("check", ""), next(failed, len(moments) - 1))
    cards = list(cards_of(evidence.accounts[place]))
    return Account(moments, moments[place], list(_by_service(cards)), url)


def cards_of(change: AccountChange) -> Iterator[Card]:
    """A card for each resource; those that are gone come last."""
    before = {resource.key: resource for resource in change.before}
    # A playground has no checks, so that nothing there is new.
    made = set(change.made)
    for resource in change.after:
        old = before.pop(resource.key, None)
        if old is not None:
            yield Card(resource, "changed", old)
        else:
            yield Card(resource, "added" if resource.key in made else "")
    for resource in before.values():
        yield Card(resource, "removed")


def _by_service(cards: Iterable[Card]) -> Iterator[tuple[str, list[Card]]]:
    ordered = sorted(cards, key=lambda card: service_name(card.resource.service))
    numbered = [replace(card, anchor=f"resource_{at}") for at, card in enumerate(ordered, 1)]
    for name, group in groupby(numbered, key=lambda card: service_name(card.resource.service)):
        yield name, list(group)


def _count(change: AccountChange) -> int:
    return sum(bool(card.change) for card in cards_of(change))
