"""Packages of QTI: a zip file with a manifest that names its items."""

import posixpath
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from urllib.parse import unquote

from lxml import etree

from learn.questions.exchange.archive import Archive
from learn.questions.exchange.carried import CannotCarryError, ExchangeError, Note, Reading
from learn.questions.exchange.qti.names import Version, attribute, local
from learn.questions.exchange.qti.reading import read_item
from learn.questions.exchange.qti.writing import write_item
from learn.questions.exchange.qti.xml import parse
from learn.questions.question import Question

MANIFEST = "imsmanifest.xml"
MAX_ITEMS = 1_000
ITEM_TYPES = ("imsqti_item_", "imsqti_assessmentitem")


def write_package(questions: Iterable[Question], version: Version) -> tuple[bytes, list[Note]]:
    """A package with the questions that QTI can ask, and notes on what it cannot."""
    items: dict[str, bytes] = {}
    notes: list[Note] = []
    for question in questions:
        try:
            item, lost = write_item(question, version)
        except CannotCarryError as error:
            notes.append(Note(question.path, str(error), is_left_out=True))
            continue
        items[f"items/{question.module}-{question.slug}.xml"] = item
        if lost:
            notes.append(Note(question.path, f"without its {', '.join(lost)}"))
    return _zipped({MANIFEST: _manifest(items, version), **items}), notes


def _zipped(files: dict[str, bytes]) -> bytes:
    """The same bytes for the same files."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _manifest(items: Iterable[str], version: Version) -> bytes:
    space = version.package_namespace
    root = etree.Element(f"{{{space}}}manifest", nsmap={None: space}, identifier="coldstart")
    metadata = etree.SubElement(root, f"{{{space}}}metadata")
    etree.SubElement(metadata, f"{{{space}}}schema").text = version.package_schema
    etree.SubElement(metadata, f"{{{space}}}schemaversion").text = version.package_schema_version
    etree.SubElement(root, f"{{{space}}}organizations")
    resources = etree.SubElement(root, f"{{{space}}}resources")
    for place, href in enumerate(items, start=1):
        resource = etree.SubElement(
            resources,
            f"{{{space}}}resource",
            identifier=f"item{place}",
            type=version.resource_type,
            href=href,
        )
        etree.SubElement(resource, f"{{{space}}}file", href=href)
    written: bytes = etree.tostring(
        root, encoding="UTF-8", xml_declaration=True, pretty_print=True
    )
    return written


def read_package(data: bytes) -> Reading:
    """The questions of a package.

    Raises:
        ExchangeError: it is none, or was made to do harm.
    """
    archive = Archive(data)
    reading = Reading()
    for name in _item_names(archive):
        try:
            reading.drafts.append(read_item(archive.read(name), name))
        except (CannotCarryError, ExchangeError) as error:
            reading.notes.append(Note(name, str(error), is_left_out=True))
    return reading


def _item_names(archive: Archive) -> list[str]:
    """The paths of the items that the manifest names."""
    # Some systems zip a folder that holds the package.
    manifests = [name for name in archive.names if posixpath.basename(name) == MANIFEST]
    if not manifests:
        raise ExchangeError(f"The zip file is no package of QTI: it has no {MANIFEST}.")
    manifest = min(manifests, key=lambda name: name.count("/"))
    folder = posixpath.dirname(manifest)
    found = list(dict.fromkeys(_hrefs(parse(archive.read(manifest), manifest))))
    if not found:
        raise ExchangeError(f"{manifest} names no items of QTI 2.1 or 3.0.")
    if len(found) > MAX_ITEMS:
        raise ExchangeError(f"The package has more than {MAX_ITEMS:,} items: split it.")
    return [posixpath.normpath(posixpath.join(folder, href)) for href in found]


def _hrefs(manifest: etree._Element) -> Iterator[str]:
    for element in manifest.iter():
        is_item = attribute(element, "type").lower().startswith(ITEM_TYPES)
        if local(element) == "resource" and is_item and (href := attribute(element, "href")):
            yield unquote(href)
