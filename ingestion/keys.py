"""Keys that stand twice in a file: hashes on the way through, names only when two hashes were equal."""

from array import array
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ingestion.cells import as_texts
from ingestion.contract import Column, Contract
from ingestion.header import Header
from ingestion.readers import Table
from ingestion.readers.rows import Lines

Key = tuple[str, ...]


def key_hashes(columns: Sequence[Sequence[str]]) -> "array[int]":
    """One number per row that stands for its key, given by column; the same in processes forked from one another."""
    return array("q", map(hash, zip(*columns, strict=True)))


class KeyWatch:
    """Remembers eight bytes per row, so that a file of any length needs little memory."""

    def __init__(self) -> None:
        self._hashes = array("q")

    def add(self, hashes: "array[int]") -> None:
        """Take what `key_hashes` gave for some rows."""
        self._hashes += hashes

    def suspects(self) -> frozenset[int]:
        """Hashes that stand more than once: their keys are equal, or seldom are not."""
        ordered = np.sort(np.frombuffer(self._hashes, dtype=np.int64)) if self._hashes else np.empty(0, np.int64)
        return frozenset(int(found) for found in ordered[1:][ordered[1:] == ordered[:-1]])


def repeated_keys(
    suspects: frozenset[int], terms: Contract, header: Header, read: Callable[[], Table]
) -> Iterator[tuple[int, int, Key]]:
    """Read the file again; give each row whose key stands in an earlier one: its number, the earlier one, the key."""
    first: dict[Key, int] = {}
    places = [(column, header.positions.get(column.name)) for column in terms.columns if column.key]
    # a key that lacks what it must have is reported as missing; what may be blank is part of the key as it is
    needed = [at for at, (column, _) in enumerate(places) if column.required]
    for number, key in _keys(read(), places):
        if (
            hash(key) in suspects
            and all(key[at] for at in needed)
            and (earlier := first.setdefault(key, number)) != number
        ):
            yield number, earlier, key


def _keys(table: Table, places: Sequence[tuple[Column, int | None]]) -> Iterator[tuple[int, Key]]:
    for batch in table.batches:
        rows = batch.as_batch() if isinstance(batch, Lines) else batch
        cells = (
            [row[place] if place is not None and place < len(row) else "" for row in rows.rows] for _, place in places
        )
        # as text like on the way through: a date of a workbook is the same key as the text that says it
        texts = [as_texts(column, part)[0] for (column, _), part in zip(places, cells, strict=True)]
        yield from zip(rows.numbers, zip(*texts, strict=True), strict=True)
