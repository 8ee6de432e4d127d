"""What people in front of several screens would notice when cards move."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from labs.checks import Cloud, check, expect, setup
from labs.checks.package import zip_files
from labs.cloud.services.appsync.identity import UnauthorizedError
from labs.cloud.services.appsync.subscriptions import Subscription

GUARD = """
def handler(event, context):
    word, _, user = event["authorizationToken"].partition(" ")
    return {"isAuthorized": word == "badge", "resolverContext": {"user": user}}
"""
SCHEMA = """
type Card {
    id: ID!
    board: ID!
    title: String!
    column: String!
    labels: [String!]!
    version: Int!
}
type Query { card(id: ID!): Card }
type Mutation {
    moveCard(id: ID!, to: String!, expected: Int!): Card
    labelCard(id: ID!, label: String!): Card
}
type Subscription {
    onCardChanged(board: ID!): Card @aws_subscribe(mutations: ["moveCard", "labelCard"])
}
"""
RESOLVER = """
import { util, extensions } from '@aws-appsync/utils';
export function request(ctx) {
  const user = ctx.identity.resolverContext.user;
  return {
    operation: 'Invoke',
    payload: { field: ctx.info.fieldName, arguments: ctx.args, user: user },
  };
}
export function response(ctx) {
  if (ctx.error) util.error(ctx.error.message, ctx.error.type);
  const { error, filter } = ctx.result ?? {};
  if (error) util.error(error.message, error.type, error.data);
  if (ctx.info.parentTypeName !== 'Subscription') return ctx.result;
  if (filter) extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter(filter));
  return null;
}
"""
FIELDS = ("Query.card", "Mutation.moveCard", "Mutation.labelCard", "Subscription.onCardChanged")
ALL = "{ id board title column labels version }"
CARD = f"query($id: ID!) {{ card(id: $id) {ALL} }}"
MOVE = (
    "mutation($id: ID!, $to: String!, $expected: Int!) {"
    f" moveCard(id: $id, to: $to, expected: $expected) {ALL} }}"
)
LABEL = f"mutation($id: ID!, $label: String!) {{ labelCard(id: $id, label: $label) {ALL} }}"
LISTEN = f"subscription($board: ID!) {{ onCardChanged(board: $board) {ALL} }}"
COLUMNS = ("todo", "doing", "review", "done")
INTERNAL = "internal"
# Any of these may be how the learner changes a card.
WRITES = ("UpdateItem", "PutItem", "TransactWriteItems", "ExecuteStatement", "ExecuteTransaction",
          "BatchWriteItem")  # fmt: skip
RETRIED = ("UpdateItem", "PutItem", "TransactWriteItems")

type Json = dict[str, Any]

# Where the API is, once it is built.
API: dict[str, str] = {}


@dataclass(frozen=True)
class Board:
    """A board with two members, a guest, and somebody who is none of its people."""

    id: str
    ann: str
    ben: str
    guest: str
    stranger: str


@setup(once=True)
def build(cloud: Cloud) -> None:
    cloud.create_table("cards", key="id")
    cloud.create_table("boards", key="board")
    environment = {"CARDS_TABLE": "cards", "BOARDS_TABLE": "boards"}
    cloud.deploy_function(
        "board", handler="resolvers.handler", environment=environment, timeout_seconds=10
    )
    create_api(cloud)


@check("A card moves, and the second move notices", points=1, visible=True)
def moves(cloud: Cloud) -> None:
    board = new_board(cloud)
    card = new_card(cloud, board)
    expect_card(value(ask(cloud, board.guest, CARD, id=card["id"]), "a guest looked"), card)
    to = other_column(cloud, card)
    moved = {**card, "column": to, "version": card["version"] + 1}
    expect_card(value(move(cloud, board.ann, card, to), "a member moved a card"), moved)
    expect_stored(cloud, moved)
    late = move(cloud, board.ben, card, other_column(cloud, moved))
    expect_conflict(late, moved, "moved a card that had been moved since")
    expect_stored(cloud, moved)
    labelled = {**moved, "labels": ["new"]}
    for _ in range(2):
        found = value(label(cloud, board.ben, card, "new"), "a member labelled a card")
        expect_card({**found, "version": moved["version"]}, labelled)
    now = stored(cloud, card)["version"]
    expect(now > moved["version"], "A card with a new label has the version that it had before.")
    unknown = move(cloud, board.ann, {**card, "id": f"c-{new_number(cloud)}"}, "done")
    expect_error(unknown, "NotFound", "moved a card that does not exist")


@check("Screens hear of each change, with all fields", points=2, visible=True)
def heard(cloud: Cloud) -> None:
    board, other = new_board(cloud), new_board(cloud)
    card, away = new_card(cloud, board), new_card(cloud, other)
    screens = [listen(cloud, user, board.id) for user in (board.ann, board.ben, board.guest)]
    elsewhere = listen(cloud, other.ann, other.id)
    texts = [f'say "{new_number(cloud)}", Ann\'s {{1}}', f"label-{new_number(cloud)}"]
    for step in (*texts, other_column(cloud, card)):
        card = stored(cloud, card)
        if step in COLUMNS:
            sent = cloud.call("client.move", card, step)
        else:
            sent = cloud.call("client.label", card, step)
        answer = send(cloud, board.ann, sent)
        value(answer, "a screen changed a card")
        card = stored(cloud, card)
        for screen in screens:
            expect_heard(screen, card)
    expect(card["labels"] == sorted(texts), f"The card has the labels {shown(card['labels'])}.")
    expect(not elsewhere.received, "A screen heard of a card of another board.")
    value(send(cloud, other.ben, cloud.call("client.move", away, "internal")), "a card was moved")
    expect_heard(elsewhere, stored(cloud, away))
    late = send(cloud, board.ben, cloud.call("client.move", {**card, "version": 1}, "todo"))
    expect_error(late, "Conflict", "sent a move that rests on an old version")


@check("A screen shows the newest card that it knows", points=2, visible=True)
def screens(cloud: Cloud) -> None:
    board = new_board(cloud)
    states: list[Json | None] = [new_card(cloud, board)]
    for _ in range(9):
        last = dict(states[-1] or {})
        last |= {"column": other_column(cloud, last), "version": last["version"] + 1}
        states.append(last)
    newest = states[-1]
    for _ in range(3):
        news = cloud.random.sample([*states, None, None, states[4], newest], len(states) + 4)
        card = None
        for each in news:
            card = cloud.call("client.merge", card, each)
        expect(card == newest, f"News came out of order, and the screen shows {shown(card)}.")
    nothing = cloud.call("client.merge", None, None)
    expect(nothing is None, f"A screen that knows no card shows {shown(nothing)}.")

    card = new_card(cloud, board)
    answer = move(cloud, board.ann, card, to := other_column(cloud, card))
    moved = {**card, "column": to, "version": card["version"] + 1}
    expect_screen(cloud, card, answer, {"card": moved, "ask": False}, "a move that went through")
    late = move(cloud, board.ben, card, "todo")
    expect_screen(cloud, card, late, {"card": moved, "ask": True}, "a conflict")
    newer = {**moved, "column": "done", "version": moved["version"] + 1}
    expect_screen(cloud, newer, late, {"card": newer, "ask": True}, "a conflict that it knows of")
    refused = move(cloud, board.stranger, card, "todo")
    expect_screen(cloud, card, refused, {"card": card, "ask": False}, "a refusal")
    kept_out = {"errors": [{"errorType": "UnauthorizedException", "message": "Log in again."}]}
    expect_screen(cloud, card, kept_out, {"card": card, "ask": False}, "a refusal of the request")


@check("Strangers change nothing, and hear nothing", points=2)
def strangers(cloud: Cloud) -> None:
    board, other = new_board(cloud), new_board(cloud)
    card = new_card(cloud, board)
    screen = listen(cloud, board.ann, board.id)
    for user in (board.stranger, other.ann, other.guest):
        expect_error(ask(cloud, user, CARD, id=card["id"]), "Unauthorized",
                     "of another board looked at a card")  # fmt: skip
        heard_by = listen(cloud, user, board.id, may_fail=True)
        expect(heard_by is None, "Somebody of another board may listen to this board.")
    for user in (board.stranger, other.ann, board.guest):
        who = "who may only look" if user == board.guest else "of another board"
        tries = (move(cloud, user, card, "done"), label(cloud, user, card, "mine"))
        stale = move(cloud, user, {**card, "version": card["version"] + 5}, "done")
        for answer in (*tries, stale):
            expect_error(answer, "Unauthorized", f"{who} tried to change a card")
            told = card["title"] in json.dumps(answer) and user != board.guest
            expect(not told, "The answer to a stranger tells what is on the card.")
    expect_stored(cloud, card)
    expect(not screen.received, "A screen heard of a change that was refused.")
    value(label(cloud, board.ben, card, "last"), "a member labelled a card")
    remove_members(cloud, board)
    answer = move(cloud, board.ben, stored(cloud, card), other_column(cloud, card))
    expect_error(answer, "Unauthorized", "who is a member no more moved a card")
    nowhere = listen(cloud, board.ann, f"b-{new_number(cloud)}", may_fail=True)
    expect(nowhere is None, "One may listen to a board that does not exist.")


@check("Guests hear of nothing internal", points=2)
def guests(cloud: Cloud) -> None:
    board, other = new_board(cloud), new_board(cloud)
    card, away = new_card(cloud, board), new_card(cloud, other)
    guest, member = (listen(cloud, user, board.id) for user in (board.guest, board.ben))
    public = 0
    for to in ("doing", INTERNAL, "review", INTERNAL):
        value(move(cloud, board.ann, card, to), "a member moved a card")
        card = stored(cloud, card)
        if to == INTERNAL:
            value(label(cloud, board.ann, card, "secret"), "a member labelled a card")
            card = stored(cloud, card)
        else:
            public += 1
            expect_heard(guest, card)
        expect_heard(member, card)
        expect(INTERNAL not in json.dumps(guest.received), "A guest heard of an internal card.")
    heard_of = len(guest.received)
    expect(heard_of == public, f"A guest heard of {heard_of} changes, and {public} were public.")
    value(move(cloud, other.ann, away, "done"), "a member moved a card")
    expect(len(guest.received) == public, "A guest heard of a card of another board.")
    seen = ask(cloud, board.guest, CARD, id=card["id"])
    nothing = (seen.get("data") or {}).get("card") is None and card["title"] not in json.dumps(
        seen
    )
    expect(nothing, "A guest can look at an internal card.")
    expect_card(value(ask(cloud, board.ben, CARD, id=card["id"]), "a member looked"), card)


@check("Two at once: no change is lost", points=2)
def at_once(cloud: Cloud) -> None:
    board = new_board(cloud)
    card = new_card(cloud, board)
    screen = listen(cloud, board.ann, board.id)
    mine, his = cloud.random.sample([one for one in COLUMNS if one != card["column"]], 2)
    rival = meanwhile(cloud, lambda: move(cloud, board.ben, card, his))
    answers = {mine: move(cloud, board.ann, card, mine), his: rival()}
    won = [to for to, answer in answers.items() if not answer.get("errors")]
    expect(len(won) == 1, f"Of two moves of one card at the same moment, {len(won)} went through.")
    card = {**card, "column": won[0], "version": card["version"] + 1}
    expect_stored(cloud, card)
    lost = answers[his if won[0] == mine else mine]
    expect_conflict(lost, card, "moved a card at the same moment as somebody else")
    expect(len(screen.received) == 1, f"For one move, a screen got {len(screen.received)} events.")

    rival = meanwhile(cloud, lambda: label(cloud, board.ben, card, "late"))
    answer = move(cloud, board.ann, card, to := other_column(cloud, card))
    value(rival(), "a card was labelled while it was moved")
    found = stored(cloud, card)
    expect(found["labels"] == ["late"], "A label is lost that was added during a move.")
    column = card["column"] if answer.get("errors") else to
    expect(
        found["column"] == column, f"After a move and a label the card is in {found['column']}."
    )

    rival = meanwhile(cloud, lambda: move(cloud, board.ben, found, other_column(cloud, found)))
    value(label(cloud, board.ann, found, "first"), "a card was moved while it was labelled")
    moved = value(rival(), "a card was moved while it was labelled")
    rival = meanwhile(cloud, lambda: label(cloud, board.ben, found, "second"))
    value(label(cloud, board.ann, found, "third"), "two labels were added at once")
    value(rival(), "two labels were added at once")
    last = stored(cloud, found)
    expect(last["labels"] == ["first", "late", "second", "third"],
           f"Four labels were added, and the card has {shown(last['labels'])}.")  # fmt: skip
    expect(last["column"] == moved["column"], "A move is lost that was made during a label.")


@check("A lost answer is no conflict", points=1)
def lost_answer(cloud: Cloud) -> None:
    board = new_board(cloud)
    card = new_card(cloud, board)
    screen = listen(cloud, board.ann, board.id)
    for operation in RETRIED:
        cloud.faults.lose_response("dynamodb", operation)
    answer = move(cloud, board.ann, card, to := other_column(cloud, card))
    moved = {**card, "column": to, "version": card["version"] + 1}
    expect_card(value(answer, "an answer of DynamoDB was lost during a move"), moved)
    expect_stored(cloud, moved)
    expect_heard(screen, moved)
    for user in (board.ben, board.ann):
        same = move(cloud, user, card, to)
        expect_conflict(same, moved, "made the same move a little later, from the version before")
    for operation in RETRIED:
        cloud.faults.lose_response("dynamodb", operation)
    answer = label(cloud, board.ann, card, "kept")
    found = value(answer, "an answer of DynamoDB was lost during a label")
    expect(found["labels"] == ["kept"], f"The card has the labels {shown(found['labels'])}.")


def create_api(cloud: Cloud) -> None:
    functions, appsync = cloud.client("lambda"), cloud.client("appsync")
    guard = functions.create_function(
        FunctionName="guard",
        Runtime="python3.13",
        Role=cloud.role("guard-role"),
        Handler="guard.handler",
        Code={"ZipFile": zip_files({"guard.py": GUARD})},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName="guard",
        StatementId="appsync",
        Action="lambda:InvokeFunction",
        Principal="appsync.amazonaws.com",
    )
    made = appsync.create_graphql_api(
        name="board",
        authenticationType="AWS_LAMBDA",
        lambdaAuthorizerConfig={"authorizerUri": guard},
    )["graphqlApi"]
    API.update(id=made["apiId"], url=made["uris"]["GRAPHQL"])
    appsync.start_schema_creation(apiId=API["id"], definition=SCHEMA.encode())
    arn = functions.get_function(FunctionName="board")["Configuration"]["FunctionArn"]
    appsync.create_data_source(
        apiId=API["id"],
        name="board",
        type="AWS_LAMBDA",
        serviceRoleArn=cloud.role("api-role"),
        lambdaConfig={"lambdaFunctionArn": arn},
    )
    for each in FIELDS:
        parent, name = each.split(".")
        appsync.create_resolver(
            apiId=API["id"],
            typeName=parent,
            fieldName=name,
            dataSourceName="board",
            code=RESOLVER,
            runtime={"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
        )


def new_number(cloud: Cloud) -> int:
    return cloud.random.randrange(10**6, 10**7)


def new_board(cloud: Cloud) -> Board:
    names = [f"u-{new_number(cloud)}" for _ in range(4)]
    board = Board(f"b-{new_number(cloud)}", *names)
    item = {
        "board": {"S": board.id},
        "members": {"SS": [board.ann, board.ben]},
        "guests": {"SS": [board.guest]},
    }
    cloud.client("dynamodb").put_item(TableName="boards", Item=item)
    return board


def remove_members(cloud: Cloud, board: Board) -> None:
    item = {"board": {"S": board.id}, "guests": {"SS": [board.guest]}}
    cloud.client("dynamodb").put_item(TableName="boards", Item=item)


def new_card(cloud: Cloud, board: Board) -> Json:
    number = new_number(cloud)
    card = {
        "id": f"c-{number}",
        "board": board.id,
        "title": f"Title {number * 3}",
        "column": cloud.random.choice(COLUMNS),
        "labels": [],
        "version": cloud.random.randrange(2, 90),
    }
    item = {name: {"S": card[name]} for name in ("id", "board", "title", "column")}
    item["version"] = {"N": str(card["version"])}
    cloud.client("dynamodb").put_item(TableName="cards", Item=item)
    return card


def other_column(cloud: Cloud, card: Json) -> str:
    return str(cloud.random.choice([one for one in COLUMNS if one != card["column"]]))


def stored(cloud: Cloud, card: Json) -> Json:
    """The card as it is in the table."""
    items = [one for one in cloud.table("cards").items() if one["id"] == card["id"]]
    expect(items, "A card is not in its table any more.")
    found = {name: items[0].get(name) for name in ("id", "board", "title", "column")}
    version = items[0].get("version")
    return {
        **found,
        "labels": sorted(items[0].get("labels") or ()),
        "version": int(version) if version is not None else None,
    }


def send(cloud: Cloud, user: str, asked: Any) -> Json:
    """The API's answer to a user's request."""
    is_request = isinstance(asked, dict) and isinstance(asked.get("query"), str)
    expect(is_request, f"What a screen wants to send is no request: {shown(asked)}.")
    body = {"query": asked["query"], "variables": asked.get("variables") or {}}
    headers = {"authorization": f"badge {user}", "content-type": "application/json"}
    answer = cloud.request("POST", API["url"], headers=headers, body=json.dumps(body).encode())
    return dict(json.loads(answer.body))


def ask(cloud: Cloud, user: str, query: str, **variables: Any) -> Json:
    return send(cloud, user, {"query": query, "variables": variables})


def move(cloud: Cloud, user: str, card: Json, to: str) -> Json:
    return ask(cloud, user, MOVE, id=card["id"], to=to, expected=card["version"])


def label(cloud: Cloud, user: str, card: Json, text: str) -> Json:
    return ask(cloud, user, LABEL, id=card["id"], label=text)


def listen(cloud: Cloud, user: str, board: str, *, may_fail: bool = False) -> Any:
    """A screen of this user that subscribes; None if it is not let in, and `may_fail`."""
    if may_fail:
        asked: Any = {"query": LISTEN, "variables": {"board": board}}
    else:
        asked = cloud.call("client.listen", board)
        is_request = isinstance(asked, dict) and isinstance(asked.get("query"), str)
        expect(is_request, f"What a screen sends to listen is no request: {shown(asked)}.")
    headers = {"authorization": f"badge {user}"}
    try:
        return cloud.subscribe(
            API["id"], asked["query"], asked.get("variables") or {}, headers=headers
        )
    except (ValueError, UnauthorizedError) as error:
        reason = shortened(str(error), 160)
        expect(may_fail, f"A screen of one of the board's people may not listen: {reason}")
    return None


def meanwhile(cloud: Cloud, action: Any) -> Any:
    """Let `action` happen before the next write; what is returned gives its answer."""
    answers: list[Json] = []

    def once() -> None:
        if not answers:
            answers.append({})
            answers[0] = action()

    for operation in WRITES:
        cloud.faults.interleave("dynamodb", operation, once)

    def answer() -> Json:
        once()
        return answers[0]

    return answer


def value(answer: Json, when: str) -> Json:
    """What the only field of a request returned, which has to be an object."""
    errors = [str(error.get("message")) for error in answer.get("errors", ())]
    expect(not errors, f"When {when}, there was an error: {shortened(''.join(errors[:1]), 200)}")
    found = list((answer.get("data") or {}).values())
    is_card = len(found) == 1 and isinstance(found[0], dict)
    expect(is_card, f"When {when}, the answer was {shown(answer.get('data'))}.")
    return dict(found[0])


def expect_card(found: Json, wanted: Json) -> None:
    for name, expected in wanted.items():
        got = sorted(found[name]) if name == "labels" else found.get(name)
        expect(got == expected, f"A card has the {name} {shown(got)}, which is wrong now.")


def expect_stored(cloud: Cloud, wanted: Json) -> None:
    expect_card(stored(cloud, wanted), wanted)


def expect_error(answer: Json, kind: str, who: str) -> Json:
    errors: Sequence[Json] = answer.get("errors", ())
    expect(errors, f"Somebody {who}, and the answer has no error.")
    found = errors[0].get("errorType")
    expect(found == kind, f"Somebody {who}, and the error is of the type {found}: "
           f"{shortened(str(errors[0].get('message')), 120)}")  # fmt: skip
    return dict(errors[0])


def expect_conflict(answer: Json, current: Json, who: str) -> None:
    data = expect_error(answer, "Conflict", who).get("data")
    is_whole = isinstance(data, dict) and set(data) >= set(current)
    expect(is_whole, f"Somebody {who}, and the error does not tell the whole card: {shown(data)}.")
    expect_card(dict(data or {}), current)


def expect_heard(screen: Subscription, card: Json) -> None:
    """The last event has all fields of the card as it is now."""
    expect(screen.received, "A card was changed, and a screen heard nothing.")
    told = (screen.received[-1].get("data") or {}).get("onCardChanged")
    expect(isinstance(told, dict), "A card was changed, and a screen got an event without a card.")
    missing = sorted(name for name in card if told.get(name) is None)
    expect(
        not missing, f"A card was changed, and a screen heard nothing of its {listed(missing)}."
    )
    for name, expected in card.items():
        got = sorted(told[name]) if name == "labels" else told[name]
        expect(got == expected, f"A screen was told that the {name} of a card is {shown(got)}.")


def expect_screen(cloud: Cloud, card: Json, answer: Json, wanted: Json, what: str) -> None:
    found = cloud.call("client.answered", card, answer)
    is_whole = isinstance(found, dict) and {"card", "ask"} <= set(found)
    expect(is_whole, f"After {what}, a screen does not know what to do: {shown(found)}.")
    asks = "asks" if found["ask"] else "does not ask"
    expect(found["ask"] is wanted["ask"], f"After {what}, a screen {asks} its user.")
    expect(
        found["card"] == wanted["card"], f"After {what}, a screen shows {shown(found['card'])}."
    )


def listed(names: Iterable[str]) -> str:
    return " and ".join(names)


def shown(value: object) -> str:
    return shortened(f"'{value}'" if isinstance(value, str) else json.dumps(value), 90)


def shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3]}..."
