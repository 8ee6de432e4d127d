"""What the screens of the board send, and what they make of what they get."""

CARD = "fragment Whole on Card { id board title column labels version }"


def move(card, to):
    query = """mutation($id: ID!, $to: String!, $expected: Int!) {
        moveCard(id: $id, to: $to, expected: $expected) { ...Whole }
    }"""
    variables = {"id": card["id"], "to": to, "expected": card["version"]}
    return {"query": f"{query} {CARD}", "variables": variables}


def label(card, text):
    query = """mutation($id: ID!, $label: String!) {
        labelCard(id: $id, label: $label) { ...Whole }
    }"""
    return {"query": f"{query} {CARD}", "variables": {"id": card["id"], "label": text}}


def listen(board):
    query = "subscription($board: ID!) { onCardChanged(board: $board) { ...Whole } }"
    return {"query": f"{query} {CARD}", "variables": {"board": board}}


def merge(card, news):
    if card is None or news is None:
        return news or card
    return news if news["version"] > card["version"] else card


def answered(card, answer):
    moved = (answer.get("data") or {}).get("moveCard")
    conflicts = [e for e in answer.get("errors") or [] if e.get("errorType") == "Conflict"]
    if conflicts:
        return {"card": merge(card, conflicts[0]["data"]), "ask": True}
    return {"card": merge(card, moved), "ask": False}
