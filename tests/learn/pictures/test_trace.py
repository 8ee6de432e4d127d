from labs import Call
from learn.pictures.evidence import Check, Evidence
from learn.pictures.texts import moment, pretty, shortened
from learn.pictures.trace import PAGE_SIZE, Filters, Trace, trace_of


def call(operation: str = "SendMessage", **fields: object) -> Call:
    defaults = {"status": 200, "source": "main.py:3", "error": "", "made_by": "script"}
    return Call("sqs", operation, **{**defaults, **fields})  # type: ignore[arg-type]


CALLS = (
    call("CreateQueue", resources=("queue orders",)),
    call(check="one", resources=("queue orders",)),
    call(check="two", resources=("queue dead",), error="AccessDenied", status=403),
    call(check="two", made_by="function worker", resources=("queue orders", "table shop")),
)
CHECKS = (Check("one", 1, "Arrives", failed=False), Check("two", 2, "Waits", failed=True))
EVIDENCE = Evidence("/x/", CALLS, CHECKS)


def shown(**query: str) -> Trace:
    return trace_of(EVIDENCE, Filters.of(query))


def numbers(trace: Trace) -> list[int]:
    return [one.number for group in trace.groups for one in group.calls]


def test_it_shows_calls_in_order_under_the_check_that_made_them() -> None:
    trace = shown()
    assert [group.check for group in trace.groups] == [None, *CHECKS]
    assert numbers(trace) == [1, 2, 3, 4]


def test_it_finds_the_calls_that_name_a_resource_or_that_it_made() -> None:
    assert numbers(shown(resource="queue orders")) == [1, 2, 4]
    assert numbers(shown(resource="function worker")) == [4]


def test_it_finds_the_calls_of_a_check_and_those_before_all() -> None:
    assert numbers(shown(check="two")) == [3, 4]
    assert numbers(shown(check="-")) == [1]


def test_it_finds_errors() -> None:
    trace = shown(errors="1")
    assert (numbers(trace), trace.found, trace.total) == ([3], 1, 4)


def test_it_offers_each_filter_with_its_number_of_calls() -> None:
    trace = shown(check="one")
    assert {one.label: one.count for one in trace.resources} == {
        "function worker": 1,
        "queue dead": 1,
        "queue orders": 3,
        "script": 3,
        "table shop": 1,
    }
    assert [(value, count) for value, _check, count in trace.checks] == [
        ("-", 1),
        ("one", 1),
        ("two", 2),
    ]


def test_it_shows_a_long_trace_in_pages_that_keep_the_filters() -> None:
    long = Evidence("/x/", (call(resources=("queue orders",)),) * (PAGE_SIZE + 1))

    first = trace_of(long, Filters.of({"resource": "queue orders"}))
    second = trace_of(long, Filters.of({"resource": "queue orders", "page": "2"}))

    assert (len(numbers(first)), first.first, first.last) == (PAGE_SIZE, 1, PAGE_SIZE)
    assert first.next_url == "/x/trace/?resource=queue+orders&page=2"
    assert numbers(second) == [PAGE_SIZE + 1]
    assert (second.next_url, second.previous_url) == ("", "/x/trace/?resource=queue+orders")


def test_it_ignores_pages_that_are_no_numbers() -> None:
    for page in ("", "-1", "0", "x", "²", "9" * 5000):
        assert Filters.of({"page": page}).page == 1


def test_it_shows_reports_from_before_calls_had_times_and_checks() -> None:
    old = Call("sqs", "SendMessage", 200, "handler.py:2", "")
    trace = trace_of(Evidence("/x/", (old,), CHECKS), Filters())
    [group] = trace.groups
    assert (group.check, trace.checks) == (None, [])
    assert (group.calls[0].at, group.calls[0].made_by) == ("", "script")


def test_it_formats_json_and_leaves_alone_what_was_cut() -> None:
    assert pretty('{"a":[1]}') == '{\n  "a": [\n    1\n  ]\n}'
    assert pretty('{"a": "xxx…') == '{"a": "xxx…'
    assert pretty("[" * 100_000) == "[" * 100_000


def test_it_writes_times_as_people_read_them() -> None:
    assert [moment(ms) for ms in (42, 60_041, 7_200_000)] == ["0.042 s", "1:00.041", "2:00:00.000"]


def test_it_shortens_names_in_the_middle() -> None:
    assert shortened("x" * 32) == "x" * 32
    assert shortened("a" * 30 + "b" * 30) == "a" * 21 + "…" + "b" * 10
