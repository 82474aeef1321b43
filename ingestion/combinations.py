"""Columns of text encoded once: their distinct values, the combinations of some, and exact sums by combination."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_HALF = 10**9
"""Cents are added in two halves, neither of which can overflow."""


class Encoded:
    """One column of text as an Arrow array without gaps, and as one small number per distinct value."""

    def __init__(self, cells: Any) -> None:
        self.cells = cells

    @cached_property
    def _dictionary(self) -> Any:
        return self.cells.dictionary_encode()

    @property
    def distinct(self) -> Any:
        """The distinct values, as an Arrow array."""
        return self._dictionary.dictionary

    @cached_property
    def words(self) -> list[str]:
        """The distinct values."""
        return list(self.distinct.to_pylist())

    @cached_property
    def codes(self) -> Any:
        """Place of each row's value among the distinct ones, as a numpy array."""
        return _numbers(self._dictionary.indices, np.int32)

    def relabelled(self, label: Callable[[str], str]) -> "Encoded":
        """The same rows with other words for the values; different values may share one."""
        labels = [label(word) for word in self.words]
        other = Encoded(self.cells)
        other.words = sorted(set(labels))
        places = {word: place for place, word in enumerate(other.words)}
        other.codes = np.array([places[word] for word in labels], np.int32)[self.codes]
        return other


def encoded(columns: Mapping[str, Sequence[str] | Any]) -> dict[str, Encoded]:
    """Columns, given as sequences of text or as Arrow arrays, ready to be encoded when they are asked for."""
    return {
        name: Encoded(cells if isinstance(cells, pa.Array) else pa.array(cells, pa.string()))
        for name, cells in columns.items()
    }


def combinations(columns: Sequence[Encoded]) -> list[tuple[str, ...]]:
    """The distinct combinations of some columns."""
    return [_decode(int(code), columns) for code in np.unique(_combined(columns))]


def counts(column: Encoded) -> Iterator[tuple[str, int]]:
    """Number of rows by value."""
    return zip(column.words, map(int, np.bincount(column.codes, minlength=len(column.words))), strict=True)


def sums(columns: Sequence[Encoded], amounts: Encoded) -> Iterator[tuple[tuple[str, ...], Decimal]]:
    """Sum of amounts with at most two decimals by combination of columns; blank amounts are left out."""
    chosen: Any = pc.not_equal(amounts.cells, "")
    filled = pc.filter(amounts.cells, chosen)
    if not len(filled):
        return
    hundredfold = pc.multiply(filled.cast(pa.decimal128(18, 2)), pa.scalar(Decimal(100)))
    cents = _numbers(hundredfold.cast(pa.int64()), np.int64)
    codes = _combined(columns)
    if len(filled) < len(codes):
        codes = codes[np.array(chosen.to_pylist())]
    order = np.argsort(codes, kind="stable")
    distinct, starts = np.unique(codes[order], return_index=True)
    high = np.add.reduceat(cents[order] // _HALF, starts)
    low = np.add.reduceat(cents[order] % _HALF, starts)
    for code, upper, lower in zip(distinct, high, low, strict=True):
        yield _decode(int(code), columns), Decimal(int(upper) * _HALF + int(lower)).scaleb(-2)


def _combined(columns: Sequence[Encoded]) -> Any:
    """One number per row that stands for its combination."""
    many = math.prod(len(column.words) for column in columns) >= 2**62
    combined: Any = columns[0].codes.astype(object if many else np.int64)
    for column in columns[1:]:
        combined = combined * len(column.words) + column.codes
    return combined


def _decode(code: int, columns: Sequence[Encoded]) -> tuple[str, ...]:
    found = []
    for column in reversed(columns):
        code, place = divmod(code, len(column.words))
        found.append(column.words[place])
    return tuple(reversed(found))


def _numbers(column: Any, kind: Any) -> Any:
    """The numbers of an Arrow array without gaps; its own way to numpy would import pandas first."""
    return np.frombuffer(column.buffers()[1], kind, len(column), column.offset * np.dtype(kind).itemsize)
