from dataclasses import replace

from labs import AccountChange, Resource, Table
from learn.pictures.account import Account, Card, account_of, cards_of
from learn.pictures.changes import Cell, Fact, Row, compared_tables
from learn.pictures.evidence import Check, Evidence

QUEUE = Resource("sqs", "queue", "jobs", (("Messages", "1"),))
TOPIC = Resource("sns", "topic", "news")


def rows(*cells: tuple[str, ...], left_out: int = 0) -> tuple[Table, ...]:
    return (Table("Messages", ("Message", "State"), cells, left_out),)


def changes(after: tuple[Table, ...], before: tuple[Table, ...]) -> list[tuple[str, str]]:
    return [
        (row.cells[0].text, row.change)
        for table in compared_tables(after, before)
        for row in table.rows
    ]


def test_it_marks_what_a_check_made_changed_and_deleted() -> None:
    more = replace(QUEUE, facts=(("Messages", "2"),))
    same = Resource("s3", "bucket", "b")
    gone = Resource("sns", "topic", "gone")
    change = AccountChange("one", (QUEUE, gone), (same, more, TOPIC), ("topic news",))

    cards = {card.resource.name: card.change for card in cards_of(change)}

    assert cards == {"b": "", "jobs": "changed", "news": "added", "gone": "removed"}


def test_it_shows_what_a_fact_was() -> None:
    after = replace(QUEUE, facts=(("Messages", "2"), ("Delay", "5 s")))
    facts = Card(
        after, "changed", replace(QUEUE, facts=(("Messages", "1"), ("Policy", "x")))
    ).facts
    assert facts == (Fact("Messages", "2", "1"), Fact("Delay", "5 s", ""), Fact("Policy", "", "x"))


def test_it_marks_rows_that_are_new_gone_or_otherwise() -> None:
    before = rows(("a", "visible"), ("b", "visible"), ("c", "visible"))
    after = rows(("a", "visible"), ("b", "in flight"), ("d", "visible"))

    [table] = compared_tables(after, before)

    assert table.rows[1] == Row((Cell("b"), Cell("in flight", "visible")), "changed")
    assert changes(after, before) == [
        ("a", ""),
        ("b", "changed"),
        ("d", "added"),
        ("c", "removed"),
    ]


def test_it_counts_rows_that_are_alike() -> None:
    twice = rows(("a", "visible"), ("a", "visible"))
    assert changes(twice, rows(("a", "visible"))) == [("a", ""), ("a", "added")]


def test_it_compares_no_rows_where_some_are_left_out() -> None:
    assert changes(rows(("b", ""), left_out=5), rows(("a", ""))) == [("b", "")]


def test_it_does_not_call_gone_what_had_no_room_in_the_report() -> None:
    assert Card(QUEUE, "changed", replace(QUEUE, tables=rows(("a", "")))).tables == ()


def test_it_compares_nothing_in_the_account_of_a_playground() -> None:
    [card] = cards_of(AccountChange("", (), (replace(QUEUE, tables=rows(("a", ""))),)))
    assert (card.change, card.tables[0].rows[0].change) == ("", "")


def account(**query: str) -> Account:
    checks = tuple(
        Check(key, n, key, failed=n == 2) for n, key in enumerate(("one", "two", "x"), 1)
    )
    accounts = tuple(AccountChange(check.id, (), (QUEUE, TOPIC)) for check in checks)
    return account_of(Evidence("/x/", (), checks, accounts), query)


def test_it_shows_the_account_after_the_check_that_failed_first() -> None:
    chosen = account().chosen
    assert chosen is not None
    assert chosen.id == "two"


def test_it_shows_the_account_after_the_check_that_is_asked_for() -> None:
    chosen = account(check="x").chosen
    assert chosen is not None
    assert chosen.id == "x"


def test_it_sorts_resources_by_service_and_gives_each_an_anchor() -> None:
    shown = account()
    assert [name for name, _cards in shown.services] == ["SNS", "SQS"]
    anchors = [card.anchor for _name, cards in shown.services for card in cards]
    assert anchors == ["resource_1", "resource_2"]


def test_it_is_empty_in_reports_from_before_accounts_were_kept() -> None:
    assert account_of(Evidence("/x/", ()), {}).services == []
