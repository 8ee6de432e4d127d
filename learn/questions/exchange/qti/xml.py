"""XML that a stranger wrote: no DTD, no entities, nothing deep, nothing from elsewhere."""

from xml.parsers import expat

from lxml import etree

from learn.questions.exchange.carried import ExchangeError

MAX_DEPTH = 100
MAX_ELEMENTS = 50_000

type Element = etree._Element


class _Guard:
    """Reads the text once, and stops at what is only there to do harm."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.depth = self.elements = 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self.on_doctype
        self.parser.StartElementHandler = self.on_start
        self.parser.EndElementHandler = self.on_end

    def on_doctype(self, *_: object) -> None:
        raise ExchangeError(
            f"{self.name}: begins with <!DOCTYPE, which can hide entities: remove that line"
        )

    def on_start(self, *_: object) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise ExchangeError(f"{self.name}: is nested more than {MAX_DEPTH} elements deep")
        if self.elements > MAX_ELEMENTS:
            raise ExchangeError(f"{self.name}: has more than {MAX_ELEMENTS:,} elements: split it")

    def on_end(self, *_: object) -> None:
        self.depth -= 1


def parse(data: bytes, name: str) -> Element:
    """The root of the document.

    Raises:
        ExchangeError: it is no XML, or more than an item or a manifest ever is.
    """
    guard = _Guard(name)
    try:
        guard.parser.Parse(data, True)
        root = etree.fromstring(data, _parser())
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise ExchangeError(f"{name}: is not XML: line {error.lineno}: {reason}") from None
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise ExchangeError(f"{name}: is not XML: {str(error)[:200]}") from None
    if root is None:
        raise ExchangeError(f"{name}: is not XML: it has no element")
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
