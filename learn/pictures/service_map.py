"""The service map: who called what, and what services delivered to whom."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labs import Call, Resource
from learn.pictures.evidence import Evidence
from learn.pictures.graphs import Edge, Graph, Node

MAX_LINKS = 80
# An event source mapping has its source's name, and is drawn as the arrow from that source.
MAPPING = "mapping "
SOURCES = ("queue", "table", "stream")
CALLERS = ("script", "function", "task")


@dataclass(frozen=True)
class Link:
    """All calls from one node to another. `operations` are (name, count), the most frequent first.

    One without calls is a wire: something that the account is set up to do.
    """

    source: str
    target: str
    operations: tuple[tuple[str, int], ...] = ()
    errors: int = 0
    is_delivery: bool = False
    wire: str = ""

    @property
    def calls(self) -> int:
        return sum(count for _name, count in self.operations)

    @property
    def label(self) -> str:
        """In a few words, for the arrow."""
        if self.wire:
            return self.wire
        calls = (
            ngettext("%(count)d delivery", "%(count)d deliveries", self.calls)
            if self.is_delivery
            else ngettext("%(count)d call", "%(count)d calls", self.calls)
        ) % {"count": self.calls}
        return f"{calls}, {self.errors_label}" if self.errors else calls

    @property
    def errors_label(self) -> str:
        counted = ngettext("%(count)d error", "%(count)d errors", self.errors)
        return counted % {"count": self.errors}


@dataclass(frozen=True)
class ServiceMap:
    """The links, and the graph that they make. `left_out` counts those with no room."""

    links: tuple[Link, ...]
    left_out: int = 0

    @cached_property
    def graph(self) -> Graph:
        keys = dict.fromkeys(key for link in self.links for key in (link.source, link.target))
        return Graph(tuple(map(_node, keys)), tuple(map(_edge, self.links)), is_wide=True)


def service_map(evidence: Evidence) -> ServiceMap:
    """Drawn from all calls, and from the account at the end where it says what is wired."""
    account = evidence.accounts[-1].after if evidence.accounts else ()
    known = {name for call in evidence.calls for name in call.resources}
    known |= {resource.key for resource in account}
    called = list(_called(evidence.calls, known))
    drawn = {key for link in called for key in (link.source, link.target)}
    links = (*called, *_wired(account, drawn))
    return ServiceMap(links[:MAX_LINKS], max(len(links) - MAX_LINKS, 0))


def _called(calls: Iterable[Call], known: set[str]) -> Iterator[Link]:
    operations: dict[tuple[str, str], Counter[str]] = {}
    errors: Counter[tuple[str, str]] = Counter()
    deliveries: set[tuple[str, str]] = set()
    for call in calls:
        source = _merged(call.made_by or "script", known)
        for target in call.resources or (f"service {call.service}",):
            pair = source, _merged(target, known)
            operations.setdefault(pair, Counter())[call.operation] += 1
            errors[pair] += bool(call.error)
            if not call.is_by_learner:
                deliveries.add(pair)
    for pair, counts in operations.items():
        yield Link(*pair, tuple(counts.most_common()), errors[pair], pair in deliveries)


def _merged(key: str, known: set[str]) -> str:
    """A mapping is drawn as its source where that is known."""
    if not key.startswith(MAPPING):
        return key
    name = key.removeprefix(MAPPING)
    return next((found for kind in SOURCES if (found := f"{kind} {name}") in known), key)


def _wired(account: Iterable[Resource], drawn: set[str]) -> Iterator[Link]:
    for resource in account:
        facts = dict(resource.facts)
        dead = f"queue {facts.get('Dead-letter queue', '')}"
        if resource.kind == "queue" and dead in drawn and resource.key in drawn:
            yield Link(resource.key, dead, wire=_("dead letters"))
        bus, matched = f"bus {facts.get('Bus', '')}", facts.get("Matched events", "0")
        if resource.kind == "rule" and bus in drawn and matched != "0":
            yield Link(bus, resource.key, wire=_("matched: %(count)s") % {"count": matched})


def _node(key: str) -> Node:
    # A kind may have two words.
    kind = next((kind for kind in ("state machine",) if key.startswith(f"{kind} ")), "")
    kind = kind or key.partition(" ")[0]
    name = key.removeprefix(kind).strip()
    tone = "learner" if kind in CALLERS else "resource"
    if not name:
        return Node(key, _("Your script") if kind == "script" else kind, tone=tone)
    return Node(key, name, kind, tone)


def _edge(link: Link) -> Edge:
    tone = "failed" if link.errors else ""
    is_dashed = link.is_delivery or bool(link.wire)
    return Edge(link.source, link.target, link.label, tone, is_dashed)
