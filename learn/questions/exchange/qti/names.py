"""The names of QTI 2.1 and of QTI 3.0, and the namespaces that they live in."""

import re
from dataclasses import dataclass

from lxml import etree

QTI3_PREFIX = "qti-"


@dataclass(frozen=True)
class Version:
    """One version of QTI, as its items and packages name it."""

    name: str
    namespace: str
    schema: str
    package_namespace: str
    resource_type: str
    package_schema: str
    package_schema_version: str

    @property
    def is_3(self) -> bool:
        return self.name == "qti30"


QTI21 = Version(
    name="qti21",
    namespace="http://www.imsglobal.org/xsd/imsqti_v2p1",
    schema="http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
    package_namespace="http://www.imsglobal.org/xsd/imscp_v1p1",
    resource_type="imsqti_item_xmlv2p1",
    package_schema="QTIv2.1 Package",
    package_schema_version="1.0.0",
)
QTI30 = Version(
    name="qti30",
    namespace="http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    schema="https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
    package_namespace="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    resource_type="imsqti_item_xmlv3p0",
    package_schema="QTI Package",
    package_schema_version="3.0.0",
)
VERSIONS = {version.name: version for version in (QTI21, QTI30)}


def kebab(name: str) -> str:
    """`simpleChoice` to `simple-choice`."""
    return re.sub(r"(?<!^)([A-Z])", lambda found: f"-{found[1].lower()}", name)


def camel(name: str) -> str:
    """`simple-choice` to `simpleChoice`."""
    return re.sub(r"-([a-z])", lambda found: found[1].upper(), name)


def local(element: etree._Element) -> str:
    """The element's name as of QTI 2.1, whatever its prefix; "" for what is no element."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element).localname
    return camel(name.removeprefix(QTI3_PREFIX)) if name.startswith(QTI3_PREFIX) else name


def attribute(element: etree._Element, name: str) -> str:
    """The value of an attribute, by its name as of QTI 2.1."""
    return (element.get(name) or element.get(kebab(name)) or "").strip()
