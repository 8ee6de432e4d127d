"""Items of QTI to drafts of our questions."""

from learn.questions.exchange.carried import CannotCarryError, Draft, ExchangeError, Json
from learn.questions.exchange.qti import interactions
from learn.questions.exchange.qti.content import (
    GAP,
    feedback_by_identifier,
    hints,
    markdown,
)
from learn.questions.exchange.qti.names import attribute, local
from learn.questions.exchange.qti.xml import Element, parse


def read_item(data: bytes, name: str) -> Draft:
    """The question of one item.

    Raises:
        ExchangeError: the file is no item.
        CannotCarryError: the item is nothing that we can ask.
    """
    item = parse(data, name)
    if local(item) != "assessmentItem":
        raise ExchangeError(
            f"{name}: is no item of QTI 2.1 or 3.0: it begins with <{local(item)}>"
        )
    label = attribute(item, "title") or attribute(item, "identifier")
    return Draft(label or name, _document(item))


def _document(item: Element) -> Json:
    names = {local(element) for element in item.iter()}
    if "templateDeclaration" in names:
        raise CannotCarryError("its values are drawn by a template")
    body = next((element for element in item if local(element) == "itemBody"), None)
    if body is None:
        raise CannotCarryError("it has no item body")
    interaction = _interaction(body)
    response = _response(item, attribute(interaction, "responseIdentifier"))
    feedback = feedback_by_identifier(item)
    read = interactions.READERS[local(interaction)]
    found = read(interactions.Source(item, interaction, response, feedback))
    explanation = _explanation(feedback, interactions.identifiers(interaction))
    document = {"kind": found.pop("kind"), "prompt": _prompt(body, interaction), **found}
    if said := hints(item):
        document["hints"] = said
    return {**document, "explanation": explanation} if explanation else document


def _interaction(body: Element) -> Element:
    found = [element for element in body.iter() if local(element).endswith("Interaction")]
    if len(found) != 1:
        count = len(found) or "no"
        raise CannotCarryError(f"it has {count} interactions, and a question here has one")
    (interaction,) = found
    if local(interaction) not in interactions.READERS:
        raise CannotCarryError(f"there is no kind of question here for {local(interaction)}")
    return interaction


def _response(item: Element, identifier: str) -> Element:
    for element in item:
        is_declaration = local(element) == "responseDeclaration"
        if is_declaration and attribute(element, "identifier") == identifier:
            return element
    raise CannotCarryError("nothing declares its response")


def _prompt(body: Element, interaction: Element) -> str:
    asked = [markdown(element) for element in interaction if local(element) == "prompt"]
    text = "\n\n".join(filter(None, [markdown(body), *asked]))
    # A field at the end is where ours is anyway.
    return text.removesuffix(f"`{GAP}`").rstrip()


def _explanation(feedback: dict[tuple[str, str], str], choices: set[str]) -> str:
    """What is said whatever was chosen."""
    said = [text for (_, identifier), text in feedback.items() if identifier not in choices]
    return "\n\n".join(dict.fromkeys(filter(None, said)))
