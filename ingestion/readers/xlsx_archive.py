"""The zip archive of a workbook: every byte of it accounted for, every size counted while it is unpacked."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Self
from xml.etree.ElementTree import Element

from ingestion.findings import FileRefusedError, Finding
from ingestion.readers.xlsx_markup import parsed

MAX_ENTRIES = 2_000
MAX_INFLATED = 256 * 2**20
"""Bytes that all members together may unpack to."""
MAX_PART = 8 * 2**20
"""Bytes of a part that is held whole: lists of sheets, relations and styles."""
BLOCK = 1 << 20

_SAVE_AGAIN = "open it in the spreadsheet program and save it again as 'Excel Workbook (.xlsx)'"
_END_OF_DIRECTORY = 22
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_DESCRIPTOR_SIZES = (0, 12, 16, 20, 24)
"""Bytes that may stand between two members: sizes and checksum again, with or without signature, in 32 or 64 bits."""
_OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": "it is encrypted with a password, or an old .xls file",
    b"%PDF": "it is a PDF",
    b"\x1f\x8b": "it is a gzip archive",
    b"<": "it is a web page or XML",
}


def damaged(what: str) -> FileRefusedError:
    """The refusal of a workbook that cannot be relied on; `what` ends the sentence 'the workbook is damaged: '."""
    return FileRefusedError(Finding("file-workbook", f"the workbook is damaged: {what}; {_SAVE_AGAIN}"))


class Archive:
    """The members of a workbook, to be used in a `with` statement.

    Raises:
        FileRefusedError: the file is no zip archive, is encrypted or damaged, holds anything beside its members, or
            members that two programs would read differently.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        try:
            _refuse_other_kinds(self._file)
            self._entries, self._starts = _members(self._file, path.stat().st_size)
        except BaseException:
            self._file.close()
            raise
        self._verified: set[str] = set()
        self._inflated = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all members."""
        return tuple(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def blocks(self, name: str) -> Iterator[bytes]:
        """Unpack a member piece by piece, at most 1 MiB each; size and checksum are compared at its end.

        Raises:
            FileRefusedError: the member is missing or damaged, or the workbook unpacks to too much.
        """
        if name not in self._entries:
            raise damaged(f"its part {name} is missing")
        entry = self._entries[name]
        size = checksum = 0
        try:
            for block in self._unpacked(entry, self._starts[name]):
                size += len(block)
                checksum = zlib.crc32(block, checksum)
                self._inflated += len(block)
                if self._inflated > MAX_INFLATED:
                    message = f"the workbook unpacks to more than {MAX_INFLATED >> 20} MiB; send the rows as CSV"
                    raise FileRefusedError(Finding("file-size", message))
                yield block
        except zlib.error as error:
            raise damaged(f"its part {name} cannot be unpacked") from error
        if (size, checksum) != (entry.file_size, entry.CRC):
            raise damaged(f"the size or checksum of its part {name} is wrong")
        self._verified.add(name)

    def _unpacked(self, entry: zipfile.ZipInfo, place: int) -> Iterator[bytes]:
        left, data = entry.compress_size, b""
        inflate: Any = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
        while left or inflate:
            if not data:
                self._file.seek(place)
                data = self._file.read(min(left, BLOCK))
                place, left = place + len(data), left - len(data)
            if inflate is None:
                yield data
                data = b""
                continue
            block = inflate.decompress(data, BLOCK)
            data = inflate.unconsumed_tail
            if block:
                yield block
            if inflate.eof:
                if left or data or inflate.unused_data:
                    raise damaged(f"its part {entry.filename} holds bytes beyond its end")
                return
            if not (block or data or left):
                raise damaged(f"its part {entry.filename} is cut off")

    def xml(self, name: str) -> Element:
        """The root element of a small part.

        Raises:
            FileRefusedError: as `blocks`; or the part is larger than 8 MiB, or no plain XML.
        """
        data = bytearray()
        for block in self.blocks(name):
            data += block
            if len(data) > MAX_PART:
                message = f"the part {name} of the workbook is larger than {MAX_PART >> 20} MiB; send the rows as CSV"
                raise FileRefusedError(Finding("file-size", message))
        return parsed(bytes(data), name)

    def verify(self) -> None:
        """Unpack what nobody has asked for, so that a damaged or bloated part never goes unseen."""
        for name in self._entries:
            if name not in self._verified:
                for _ in self.blocks(name):
                    pass


def _refuse_other_kinds(file: BinaryIO) -> None:
    head = file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"PK"):
        return
    kinds = (kind for start, kind in _OTHER_KINDS.items() if head.startswith(start))
    kind = next(kinds, "it is empty" if not head else "it is another kind of file with a changed ending")
    message = f"this is not a workbook: {kind}; {_SAVE_AGAIN}, without a password"
    raise FileRefusedError(Finding("file-workbook", message))


def _members(file: BinaryIO, size: int) -> tuple[dict[str, zipfile.ZipInfo], dict[str, int]]:
    """The members by name, and where the bytes of each begin."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries, directory = archive.infolist(), archive.start_dir
    except Exception as error:  # zipfile raises whatever a broken number leads to
        raise damaged("the zip archive is cut off or broken") from error
    if len(entries) > MAX_ENTRIES:
        message = f"the workbook has {len(entries)} parts, more than {MAX_ENTRIES}; send the rows as CSV"
        raise FileRefusedError(Finding("file-size", message))
    _refuse_tail(file, size, directory)
    _refuse_bad_names(entries)
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise FileRefusedError(Finding("file-workbook", "the workbook is encrypted; save it without a password"))
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged("it is packed in an unusual way")
    return {entry.filename: entry for entry in entries}, _starts(file, entries, directory)


def _refuse_tail(file: BinaryIO, size: int, directory: int) -> None:
    """Nothing may follow the archive: another file could hang there."""
    file.seek(max(0, size - _END_OF_DIRECTORY))
    end = file.read()
    place = int.from_bytes(end[16:20], "little")
    if not end.startswith(b"PK\5\6") or end[20:] != b"\0\0" or place not in (directory, 0xFFFFFFFF):
        raise damaged("bytes stand before or behind the zip archive")


def _refuse_bad_names(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        steps = name.removesuffix("/").split("/")
        if not name.isprintable() or "\\" in name or ":" in name or not all(steps) or {".", ".."} & set(steps):
            raise damaged(f"a part has the forbidden name {name!r}")
        # programs look for parts without regard to case
        if name.casefold() in seen:
            raise damaged(f"the part {name!r} is there twice")
        seen.add(name.casefold())


def _starts(file: BinaryIO, entries: list[zipfile.ZipInfo], directory: int) -> dict[str, int]:
    """Where the bytes of each member begin; the members must follow each other without gap or overlap."""
    starts: dict[str, int] = {}
    place = 0
    gaps: tuple[int, ...] = (0,)
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        file.seek(entry.header_offset)
        header = file.read(_LOCAL_HEADER.size)
        if entry.header_offset - place not in gaps or len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\3\4":
            raise damaged("the parts of the zip archive overlap or leave gaps")
        flags, (name_length, extra_length) = _LOCAL_HEADER.unpack(header)[2], _LOCAL_HEADER.unpack(header)[-2:]
        name = file.read(name_length).decode("utf-8" if flags & 0x800 else "cp437", "replace")
        if name != entry.orig_filename or flags & 0x1:
            raise damaged(f"the part {entry.orig_filename!r} has two names or is encrypted")
        starts[entry.filename] = entry.header_offset + _LOCAL_HEADER.size + name_length + extra_length
        place = starts[entry.filename] + entry.compress_size
        gaps = _DESCRIPTOR_SIZES if flags & 0x8 else (0,)
    if directory - place not in gaps:
        raise damaged("the parts of the zip archive overlap or leave gaps")
    return starts
