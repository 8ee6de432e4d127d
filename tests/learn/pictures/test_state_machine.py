import json
from typing import Any

import pytest

from labs import Execution, Table, VisitedState
from learn.pictures.graphs import Graph
from learn.pictures.state_machine import MAX_STATES, state_graph

PASS = {"Type": "Pass", "End": True}
MACHINE = {
    "StartAt": "Choose",
    "States": {
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.total", "NumericGreaterThan": 10, "Next": "Pay"}],
            "Default": "Skip",
        },
        "Pay": {
            "Type": "Task",
            "Catch": [{"ErrorEquals": ["Refused"], "Next": "Skip"}],
            "Next": "Both",
        },
        "Both": {
            "Type": "Parallel",
            "Branches": [{"StartAt": "Mail", "States": {"Mail": PASS}}],
            "Next": "Skip",
        },
        "Skip": {"Type": "Succeed"},
    },
}
HISTORY = ("Event", "State", "Details", "Time")


def execution(*states: tuple[str, str], entered: str = "", left_out: int = 0) -> Execution:
    visited = tuple(VisitedState(name, outcome, 1) for name, outcome in states)
    rows = [
        (kind, name, "", "")
        for name in entered.split()
        for kind in ("PassStateEntered", "PassStateExited")
    ]
    history = Table("History", HISTORY, tuple(rows), left_out)
    return Execution("one", "FAILED", "{}", "", visited, history)


def drawn(definition: Any, run: Execution | None = None) -> Graph:
    graph = state_graph(json.dumps(definition), run)
    assert graph is not None
    return graph


def arrows(graph: Graph) -> dict[tuple[str, str], str]:
    return {(edge.source, edge.target): edge.label for edge in graph.edges}


def taken(graph: Graph) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in graph.edges if edge.tone == "taken"}


def test_it_draws_what_may_follow_what() -> None:
    assert arrows(drawn(MACHINE)) == {
        ("start:", "Choose"): "",
        ("Choose", "Pay"): "$.total > 10",
        ("Choose", "Skip"): "default",
        ("Pay", "Skip"): "Refused",
        ("Pay", "Both"): "",
        ("Both", "Mail"): "branch 1",
        ("Mail", "join:Both"): "",
        ("join:Both", "Skip"): "",
        ("Skip", "end:"): "",
    }


def test_it_marks_the_way_through_branches() -> None:
    way = ("Choose", "Pay", "Both", "Mail", "Skip")
    graph = drawn(MACHINE, execution(*((name, "succeeded") for name in way), left_out=1))
    assert {("Choose", "Pay"), ("Pay", "Both"), ("Both", "Mail"), ("Mail", "join:Both")} <= taken(
        graph
    )
    assert ("Pay", "Skip") not in taken(graph)


def test_it_marks_the_way_of_an_error() -> None:
    run = execution(
        ("Choose", "succeeded"),
        ("Pay", "caught"),
        ("Skip", "succeeded"),
        entered="Choose Pay Skip",
    )

    graph = drawn(MACHINE, run)

    assert taken(graph) == {
        ("start:", "Choose"),
        ("Choose", "Pay"),
        ("Pay", "Skip"),
        ("Skip", "end:"),
    }
    assert {node.id: node.tone for node in graph.nodes if node.shape == "box"} == {
        "Choose": "succeeded",
        "Pay": "caught",
        "Both": "unvisited",
        "Mail": "unvisited",
        "Skip": "succeeded",
    }


def test_it_says_how_often_a_state_was_visited() -> None:
    machine = {"StartAt": "A", "States": {"A": PASS}}
    run = execution()
    again = Execution("x", "SUCCEEDED", "", "", (VisitedState("A", "failed", 3),), run.history)
    assert drawn(machine, again).nodes[0].note == "failed, 3 times"


@pytest.mark.parametrize(
    "definition",
    [
        "",
        "no JSON",
        "[" * 100_000,
        "[]",
        '{"States": []}',
        '{"States": {"A": 1}}',
        '{"StartAt": ["A"], "States": {}}',
    ],
)
def test_it_draws_nothing_where_there_is_no_machine(definition: str) -> None:
    assert state_graph(definition, execution(("A", "succeeded"))) is None


def test_it_leaves_out_what_makes_no_sense() -> None:
    odd = {
        "Type": ["Task"],
        "Next": {"a": 1},
        "Choices": [1, {"Next": 7}, {"Next": "nowhere"}],
        "Catch": {"Next": "B"},
        "Branches": "none",
    }
    graph = drawn({"StartAt": "gone", "States": {"A": odd, "B": None}})
    assert [node.id for node in graph.nodes] == ["A"]
    assert graph.edges == ()


def test_it_bounds_how_much_and_how_deep_it_draws() -> None:
    many = {"StartAt": "0", "States": {str(n): PASS for n in range(500)}}
    assert len(drawn(many).nodes) <= MAX_STATES + 2
    deep: dict[str, Any] = {"StartAt": "x", "States": {"x": PASS}}
    for n in range(30):
        state = {"Type": "Map", "ItemProcessor": deep, "End": True}
        deep = {"StartAt": str(n), "States": {str(n): state}}
    assert len(drawn(deep).nodes) < 20
