"""Builds items in the names of one version."""

from dataclasses import dataclass

from lxml import etree

from learn.questions.exchange.qti.names import QTI3_PREFIX, Version, kebab
from learn.questions.exchange.qti.xml import Element
from learn.questions.exchange.text import to_xhtml

XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True)
class Builder:
    """Makes elements; names are those of QTI 2.1."""

    version: Version

    def make(self, name: str, *children: Element | str, **attributes: object) -> Element:
        """An element of QTI with its children or text. Attributes that are None are left out."""
        written = QTI3_PREFIX + kebab(name) if self.version.is_3 else name
        element = etree.Element(f"{{{self.version.namespace}}}{written}", nsmap=self._nsmap(name))
        for key, value in attributes.items():
            if value is not None:
                element.set(kebab(key) if self.version.is_3 else key, _text(value))
        for child in children:
            if isinstance(child, str):
                element.text = child
            else:
                element.append(child)
        return element

    def prose(self, markdown: str) -> list[Element]:
        """Blocks of XHTML."""
        blocks = to_xhtml(markdown)
        for block in blocks:
            for element in block.iter():
                element.tag = etree.QName(self.version.namespace, str(element.tag)).text
        return blocks

    def phrase(self, name: str, markdown: str, **attributes: object) -> Element:
        """An element whose content is a phrase: one paragraph is not wrapped in <p>."""
        element = self.make(name, **attributes)
        blocks = self.prose(markdown)
        if len(blocks) == 1 and etree.QName(blocks[0]).localname == "p":
            element.text = blocks[0].text
            blocks = list(blocks[0])
        element.extend(blocks)
        return element

    def body(self, name: str, markdown: str, **attributes: object) -> Element:
        """An element whose content is a body, which QTI 3.0 wraps once more."""
        blocks = self.prose(markdown)
        if self.version.is_3:
            return self.make(name, self.make("contentBody", *blocks), **attributes)
        return self.make(name, *blocks, **attributes)

    def _nsmap(self, name: str) -> dict[str | None, str]:
        spaces: dict[str | None, str] = {None: self.version.namespace}
        if name == "assessmentItem":
            spaces["xsi"] = XSI
        return spaces

    def document(self, item: Element) -> bytes:
        """The item as a file that names its schema."""
        location = f"{self.version.namespace} {self.version.schema}"
        item.set(f"{{{XSI}}}schemaLocation", location)
        etree.cleanup_namespaces(item, keep_ns_prefixes=["xsi"])
        written: bytes = etree.tostring(item, encoding="UTF-8", xml_declaration=True)
        return written


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
