"""The package around the sheets of a workbook: what kind of file it is, which sheets it has, what else it carries."""

import posixpath
import re
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from ingestion.findings import FileRefusedError, Finding, printable
from ingestion.readers import xlsx_strings, xlsx_styles
from ingestion.readers.xlsx_archive import Archive, damaged
from ingestion.readers.xlsx_markup import MAIN, STRICT

CONTENT_TYPES = "[Content_Types].xml"
WORKBOOK = "xl/workbook.xml"
CONTROL = "Control"

_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_OTHER_KINDS = {
    "xl/workbook.bin": "a binary workbook (.xlsb)",
    "content.xml": "an OpenDocument file (.ods)",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a presentation",
}
_CARRIED = {
    "file-macro": "the workbook holds a macro; save it as .xlsx, without macros",
    "file-external": "the workbook is linked to another file or program; break the links and paste the values",
    "file-embedded": "the workbook holds an embedded file or control; delete it",
}


@dataclass(frozen=True)
class SheetEntry:
    """A sheet as the workbook lists it: its name, its part, what kind it is, and whether a person sees it."""

    name: str
    part: str
    kind: str
    visible: bool


@dataclass(frozen=True)
class Package:
    """The sheets of a workbook, and what is wrong with it beside them."""

    sheets: tuple[SheetEntry, ...]
    findings: list[Finding] = field(default_factory=list)

    def declared(self, name: str) -> SheetEntry:
        """The sheet of that name.

        Raises:
            FileRefusedError: there is none, it is hidden, or it does not hold cells.
        """
        entry = next((entry for entry in self.sheets if entry.name == name), None)
        if entry is None:
            names = ", ".join(printable(entry.name) for entry in self.sheets)
            message = f"the workbook has no sheet {name!r}; name the sheet with the rows so"
            raise FileRefusedError(Finding("file-sheet", message, value=names[:500]))
        return _readable(entry)

    def control(self) -> SheetEntry | None:
        """The sheet with the control totals, if there is one; raises as `declared`."""
        found = [entry for entry in self.sheets if entry.name.strip().casefold() == CONTROL.casefold()]
        if len(found) > 1:
            raise FileRefusedError(Finding("file-sheets", f"more than one sheet is called {CONTROL}; keep one"))
        return _readable(found[0]) if found else None


def _readable(entry: SheetEntry) -> SheetEntry:
    if not entry.visible:
        message = "this sheet is hidden; make it visible, so that what is sent is what you see"
        raise FileRefusedError(Finding("file-sheets", message, sheet=entry.name))
    if entry.kind != "worksheet":
        message = f"this sheet holds no cells ({printable(entry.kind)}); put the rows on a plain sheet of this name"
        raise FileRefusedError(Finding("file-sheet", message, sheet=entry.name))
    return entry


def inspect_package(archive: Archive) -> Package:
    """Read what a workbook says of itself, and hold it against what is there.

    Raises:
        FileRefusedError: it is no .xlsx workbook, or its parts contradict each other.
    """
    types = _content_types(archive)
    relations = {name: _relations(archive, name) for name in archive.names if name.endswith(".rels")}
    targets = relations.get("_rels/.rels", {}).values()
    main = [target for kind, target, _ in targets if kind.endswith("/officeDocument")]
    if [posixpath.normpath(f"/{target}") for target in main] != [f"/{WORKBOOK}"]:
        raise damaged("it does not say which of its parts is the workbook")
    sheets = _sheets(archive.xml(WORKBOOK), relations.get("xl/_rels/workbook.xml.rels", {}))
    _refuse_ambiguous(archive, sheets)
    return Package(sheets, _carried(archive, types, relations))


def _content_types(archive: Archive) -> set[str]:
    for name, kind in _OTHER_KINDS.items():
        if name in archive:
            message = f"this is {kind}, not a workbook; save it as 'Excel Workbook (.xlsx)'"
            raise FileRefusedError(Finding("file-workbook", message))
    if CONTENT_TYPES not in archive or WORKBOOK not in archive:
        message = "this is a zip archive, but not a workbook; save the workbook itself as .xlsx"
        raise FileRefusedError(Finding("file-workbook", message))
    root = archive.xml(CONTENT_TYPES)
    named = {item.get("PartName", item.get("Extension", "")): item.get("ContentType", "") for item in root}
    main = named.get(f"/{WORKBOOK}", named.get("xml", ""))
    if root.tag != f"{_TYPES}Types" or (main != _MAIN_TYPE and "macroEnabled" not in main):
        message = f"this is another kind of workbook ({printable(main)}); save it as 'Excel Workbook (.xlsx)'"
        raise FileRefusedError(Finding("file-workbook", message))
    return set(named.values())


_Relation = tuple[str, str, bool]
"""Kind, target, and whether the target is outside of the workbook."""


def _relations(archive: Archive, name: str) -> dict[str, _Relation]:
    found: dict[str, _Relation] = {}
    for item in archive.xml(name):
        number = item.get("Id", "")
        if item.tag != _RELATIONS or number in found:
            raise damaged(f"the part {name} names a relation twice")
        found[number] = item.get("Type", ""), unquote(item.get("Target", "")), item.get("TargetMode") == "External"
    return found


def _sheets(root: Element, relations: dict[str, _Relation]) -> tuple[SheetEntry, ...]:
    if STRICT in root.tag:
        message = "the workbook is saved as 'Strict Open XML'; save it as 'Excel Workbook (.xlsx)'"
        raise FileRefusedError(Finding("file-workbook", message))
    properties = root.findall(f"{MAIN}workbookPr")
    # the reader must take the same day for day one as we do
    if len(properties) > 1 or (properties and properties[0].get("date1904", "0") not in ("0", "1", "true", "false")):
        raise damaged("it does not say how its dates are counted")
    listed = [element for element in root.iter() if element.tag.rpartition("}")[2] == "sheet"]
    if not listed or listed != root.findall(f"{MAIN}sheets/{MAIN}sheet"):
        raise damaged("its list of sheets is missing or there twice")
    entries = []
    for element in listed:
        kind, target, outside = relations.get(element.get(_RELATION_ID, ""), ("", "", True))
        if outside:
            raise damaged("a sheet is not in the workbook itself")
        part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        visible = element.get("state", "visible") == "visible"
        entries.append(SheetEntry(element.get("name", ""), part, kind.rpartition("/")[2], visible))
    for kind, target, _ in relations.values():
        for ending, part in ("sharedStrings", xlsx_strings.PART), ("styles", xlsx_styles.PART):
            if kind.endswith(f"/{ending}") and posixpath.join("/xl", target) != f"/{part}":
                raise damaged(f"its {ending} are not in their place")
    return tuple(entries)


def _refuse_ambiguous(archive: Archive, sheets: tuple[SheetEntry, ...]) -> None:
    """Each sheet has one name and one part, and each part is a sheet: two programs cannot see different rows."""
    names = [entry.name.casefold() for entry in sheets]
    parts = [entry.part for entry in sheets]
    if len(set(names)) < len(names):
        listed = ", ".join(printable(entry.name) for entry in sheets)[:500]
        raise FileRefusedError(Finding("file-sheets", "two sheets have the same name; keep one of them", value=listed))
    orphans = {name for name in archive.names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name, re.IGNORECASE)}
    if len(set(parts)) < len(parts) or orphans - set(parts) or not set(parts) <= set(archive.names):
        message = "the workbook holds a sheet that it does not list, or one twice; save it again as .xlsx"
        raise FileRefusedError(Finding("file-sheets", message))


def _carried(archive: Archive, types: set[str], relations: dict[str, dict[str, _Relation]]) -> list[Finding]:
    """What a table of values has no need of and may harm whoever opens it."""
    names = [name.casefold() for name in archive.names]
    every = [relation for found in relations.values() for relation in found.values()]
    marks = "macroEnabled", "vbaProject", "macrosheet", "intlMacrosheet"
    found = {
        "file-macro": any("vbaproject" in name or "xl/macrosheets/" in name for name in names)
        or any(mark in kind for kind in types for mark in marks),
        "file-external": any(
            name.startswith(("xl/externallinks/", "xl/connections", "xl/querytables/")) for name in names
        )
        or any(outside and not kind.endswith("/hyperlink") for kind, _, outside in every),
        "file-embedded": any(name.startswith(("xl/embeddings/", "xl/activex/", "xl/ctrlprops/")) for name in names)
        or any(kind.endswith(("/oleObject", "/package", "/control")) for kind, _, _ in every),
    }
    return [Finding(rule, _CARRIED[rule]) for rule, there in found.items() if there]
