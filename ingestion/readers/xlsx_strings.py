"""The shared strings of a workbook: that they are what they claim, and the few that the checks need to know."""

import re
from collections.abc import Set
from dataclasses import dataclass, field

from ingestion.findings import FileRefusedError, Finding
from ingestion.readers.xlsx_archive import Archive, damaged
from ingestion.readers.xlsx_markup import MAIN, TEXT_ELEMENT, ItemStream, text_of

PART = "xl/sharedStrings.xml"
MAX_JUDGED = 1_000_000
"""Strings that are taken one by one: formatted piece by piece, with phonetic hints, or blank."""


@dataclass
class Strings:
    """What is known of the shared strings: number, how many were taken one by one, blank ones, texts asked for."""

    count: int = 0
    judged: int = 0
    blank: set[int] = field(default_factory=set)
    texts: dict[int, str] = field(default_factory=dict)


def scan_strings(archive: Archive, wanted: Set[int]) -> Strings:
    """Go through the shared strings; `wanted` are the numbers of those whose text is needed.

    Raises:
        FileRefusedError: they are damaged, or claim to be many more than they are.
    """
    strings = Strings()
    if PART not in archive:
        return strings
    stream = ItemStream(archive.blocks(PART), PART, "sst", "si>")
    p = {b"p": stream.prefix}
    clean = re.compile((b"(?:<%(p)bsi>" + TEXT_ELEMENT + b"</%(p)bsi>)++") % p)
    closing = b"</%(p)bsi>" % p
    for chunk in stream:
        place = 0
        for run in clean.finditer(chunk):
            _look(stream, chunk[place : run.start()], strings, wanted)
            first, place = strings.count, run.end()
            strings.count += chunk.count(closing, run.start(), place)
            if any(first <= number < strings.count for number in wanted):
                strings.count = first
                _look(stream, run[0], strings, wanted)
        _look(stream, chunk[place:], strings, wanted)
    # the reader makes room for as many as are claimed
    claimed = stream.frame().get("uniqueCount", "0")
    if not claimed.isascii() or not claimed.isdigit() or int(claimed[:12]) > 2 * strings.count + 1_000:
        raise damaged(f"it claims to hold {claimed} texts and holds {strings.count}")
    return strings


def _look(stream: ItemStream, chunk: bytes, strings: Strings, wanted: Set[int]) -> None:
    """Take strings one by one: such as are blank, formatted piece by piece, or asked for."""
    if not chunk.strip():
        return
    items = stream.items(chunk)
    strings.judged += len(items)
    if strings.judged > MAX_JUDGED:
        message = f"the workbook has more than {MAX_JUDGED:,} texts with several formats; send the rows as CSV"
        raise FileRefusedError(Finding("file-size", message))
    for item in items:
        if item.tag != f"{MAIN}si":
            raise damaged("its list of texts holds something else")
        text = text_of(item)
        if not text:
            strings.blank.add(strings.count)
        if strings.count in wanted:
            strings.texts[strings.count] = text
        strings.count += 1
