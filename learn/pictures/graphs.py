"""Boxes and arrows, as learn/assets/src/graphs lays them out and draws them."""

from dataclasses import asdict, dataclass
from typing import Any

from learn.pictures.texts import shortened

type Json = dict[str, Any]


@dataclass(frozen=True)
class Node:
    """A box: `caption` stands small above its `title`. `tone` names its look in pictures.css.

    `shape` is "box", or "point" for what is no more than a label.
    """

    id: str
    title: str
    caption: str = ""
    tone: str = ""
    shape: str = "box"
    note: str = ""


@dataclass(frozen=True)
class Edge:
    """An arrow between two nodes, by their ids."""

    source: str
    target: str
    label: str = ""
    tone: str = ""
    is_dashed: bool = False


@dataclass(frozen=True)
class Graph:
    """`is_wide` lets the arrows run from left to right where there is room."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    is_wide: bool = False

    def to_json(self) -> Json:
        nodes = [{**asdict(node), "short": shortened(node.title)} for node in self.nodes]
        edges = [{**asdict(edge), "label": shortened(edge.label)} for edge in self.edges]
        return {"nodes": nodes, "edges": edges, "is_wide": self.is_wide}
