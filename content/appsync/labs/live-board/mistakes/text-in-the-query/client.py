"""What the screens of the board send, and what they make of what they get."""

ALL = "{ id board title column labels version }"
MOVE = "mutation Move($card: ID!, $to: String!, $seen: Int!)"


def move(card, to):
    return request(
        f"{MOVE} {{ moveCard(id: $card, to: $to, expected: $seen) {ALL} }}",
        card=card["id"],
        to=to,
        seen=card["version"],
    )


def label(card, text):
    return request(f'mutation {{ labelCard(id: "{card["id"]}", label: "{text}") {ALL} }}')


def listen(board):
    return request(f"subscription On($board: ID!) {{ onCardChanged(board: $board) {ALL} }}",
                   board=board)  # fmt: skip


def request(query, **variables):
    return {"query": query, "variables": variables}


def merge(card, news):
    known = [one for one in (card, news) if one]
    return max(known, key=lambda one: one["version"], default=None)


def answered(card, answer):
    for error in answer.get("errors", ()):
        if error["errorType"] == "Conflict":
            return {"card": merge(card, error["data"]), "ask": True}
    news = answer["data"]["moveCard"] if answer.get("data") else None
    return {"card": merge(card, news), "ask": False}
