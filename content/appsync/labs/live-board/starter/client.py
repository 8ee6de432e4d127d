"""What the screens of the board send, and what they make of what they get."""


def move(card, to):
    """The request that moves a card to a column."""
    query = f'mutation {{ moveCard(id: "{card["id"]}", to: "{to}", expected: 0) {{ id column }} }}'
    return {"query": query, "variables": {}}


def label(card, text):
    """The request that gives a card one more label."""
    query = f'mutation {{ labelCard(id: "{card["id"]}", label: "{text}") {{ id labels }} }}'
    return {"query": query, "variables": {}}


def listen(board):
    """The request that subscribes to the changes of a board's cards."""
    query = f'subscription {{ onCardChanged(board: "{board}") {{ id column }} }}'
    return {"query": query, "variables": {}}


def merge(card, news):
    """The card that a screen shows, when it has `card` (or None) and hears `news` (or None)."""
    return news


def answered(card, answer):
    """What a screen does when its move of `card` was answered with data or errors."""
    return {"card": card, "ask": False}
