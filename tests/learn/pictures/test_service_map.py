from labs import AccountChange, Call, Resource
from learn.pictures.evidence import Evidence
from learn.pictures.service_map import MAX_LINKS, Link, service_map


def call(made_by: str, *resources: str, operation: str = "X", error: str = "") -> Call:
    return Call("sqs", operation, 200, "", error, made_by=made_by, resources=resources)


def links(*calls: Call, account: tuple[Resource, ...] = ()) -> dict[tuple[str, str], Link]:
    accounts = (AccountChange("", (), account),)
    found = service_map(Evidence("/x/", calls, accounts=accounts)).links
    return {(link.source, link.target): link for link in found}


def test_it_counts_calls_and_errors_between_two() -> None:
    [link] = links(
        call("script", "queue q", operation="SendMessage"),
        call("script", "queue q", operation="SendMessage"),
        call("script", "queue q", operation="DeleteQueue", error="AccessDenied"),
    ).values()

    assert link.operations == (("SendMessage", 2), ("DeleteQueue", 1))
    assert (link.label, link.is_delivery) == ("3 calls, 1 error", False)


def test_it_tells_deliveries_from_calls() -> None:
    link = links(call("topic placed", "queue q"))["topic placed", "queue q"]
    assert (link.label, link.is_delivery) == ("1 delivery", True)


def test_it_draws_a_mapping_as_its_source() -> None:
    found = links(call("script", "queue q"), call("mapping q", "function f"))
    assert set(found) == {("script", "queue q"), ("queue q", "function f")}


def test_it_draws_a_mapping_by_itself_where_its_source_is_not_known() -> None:
    assert set(links(call("mapping q", "function f"))) == {("mapping q", "function f")}


def test_it_names_the_service_where_a_call_names_no_resource() -> None:
    assert set(links(call("", operation="ListQueues"))) == {("script", "service sqs")}


def test_it_adds_matches_and_dead_letters_between_what_is_drawn() -> None:
    queue = Resource("sqs", "queue", "q", (("Dead-letter queue", "dead"),))
    rule = Resource("events", "rule", "r", (("Bus", "default"), ("Matched events", "2")))
    calls = call("script", "bus default"), call("rule r", "queue q"), call("script", "queue dead")

    found = links(*calls, account=(queue, rule))

    assert found["bus default", "rule r"].label == "matched: 2"
    assert found["queue q", "queue dead"].label == "dead letters"


def test_its_nodes_say_what_they_are() -> None:
    shown = service_map(Evidence("/x/", (call("", "state machine night shift"),)))
    assert [(node.title, node.caption, node.tone) for node in shown.graph.nodes] == [
        ("Your script", "", "learner"),
        ("night shift", "state machine", "resource"),
    ]


def test_it_leaves_out_what_nobody_could_read() -> None:
    shown = service_map(Evidence("/x/", tuple(call("", f"queue {n}") for n in range(100))))
    assert (len(shown.links), shown.left_out) == (MAX_LINKS, 100 - MAX_LINKS)
