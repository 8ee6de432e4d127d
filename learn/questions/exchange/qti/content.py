"""The texts of an item as HTML, without what is there for a program."""

import html
from collections.abc import Iterator

from learn.questions.exchange.carried import CannotCarryError
from learn.questions.exchange.qti.names import attribute, local
from learn.questions.exchange.qti.xml import Element
from learn.questions.exchange.text import to_markdown

GAP = "_____"
FEEDBACK = frozenset({"modalFeedback", "feedbackInline", "feedbackBlock"})
# Not shown to a learner in this place, or told elsewhere.
SKIPPED = FEEDBACK | {"rubricBlock", "prompt", "stylesheet", "catalogInfo"}
DRAWN = frozenset({"printedVariable", "templateInline", "templateBlock", "include"})
KEPT_ATTRIBUTES = ("class", "href", "title", "colspan", "rowspan", "start")


def markdown(element: Element) -> str:
    """What stands inside the element."""
    return to_markdown("".join(_inside(element)))


def _inside(element: Element) -> Iterator[str]:
    yield html.escape(element.text or "", quote=False)
    for child in element:
        yield from _outside(child)
        yield html.escape(child.tail or "", quote=False)


def _outside(element: Element) -> Iterator[str]:
    name = local(element)
    if name in DRAWN:
        raise CannotCarryError("it shows values that a template draws, or parts of other files")
    if name == "textEntryInteraction":
        yield f"<code>{GAP}</code>"
    elif name in SKIPPED or name.endswith("Interaction") or not name:
        return
    elif name.isalnum() and name.islower():
        yield f"<{name}{_attributes(element)}>"
        yield from _inside(element)
        yield f"</{name}>"
    else:
        yield from _inside(element)


def _attributes(element: Element) -> str:
    found = ((name, element.get(name)) for name in KEPT_ATTRIBUTES)
    return "".join(f' {name}="{html.escape(value)}"' for name, value in found if value)


def feedback_by_identifier(item: Element) -> dict[tuple[str, str], str]:
    """`{(outcome, identifier): Markdown}` of all feedback that is shown for something."""
    found: dict[tuple[str, str], str] = {}
    for element in item.iter():
        if local(element) in FEEDBACK and attribute(element, "showHide") != "hide":
            key = (attribute(element, "outcomeIdentifier"), attribute(element, "identifier"))
            text = markdown(element)
            found[key] = "\n\n".join(filter(None, [found.get(key, ""), text]))
    return found


def hints(item: Element) -> list[str]:
    """Our hints, which an export puts into blocks for tutors."""
    blocks = (element for element in item.iter() if local(element) == "rubricBlock")
    return [markdown(block) for block in blocks if "hint" in attribute(block, "class").split()]
