"""Keys that stand twice: found by hashes on the way through, named by reading again."""

from collections.abc import Sequence
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.contract import contract
from ingestion.header import match_header
from ingestion.keys import KeyWatch, key_hashes, repeated_keys
from ingestion.readers import Batch, Table
from tests.unit.builders import batch, osi, osi_row, table


def _named(rows: Sequence[str], split: int = 10) -> list[tuple[int, int, tuple[str, ...]]]:
    def read() -> Table:
        parts = [rows[start : start + split] for start in range(0, len(rows), split)]
        return table(*(batch([osi_row(allocation_id=k) for k in part], 2 + n * split) for n, part in enumerate(parts)))

    watch = KeyWatch()
    for start in range(0, len(rows), split):
        watch.add(key_hashes([rows[start : start + split]]))
    return list(repeated_keys(watch.suspects(), osi(), match_header(read(), osi())[0], read))


@settings(deadline=None)
@given(st.lists(st.text("AB\u00e9", max_size=2), max_size=30), st.integers(1, 10))
def test_each_row_whose_key_stands_higher_up_is_named_with_the_first(keys: list[str], split: int) -> None:
    first: dict[str, int] = {}
    expected = []
    for number, key in enumerate(keys, start=2):
        if key and first.setdefault(key, number) != number:
            expected.append((number, first[key], (key,)))
    assert _named(keys, split) == expected


def test_without_a_row_there_is_no_suspect() -> None:
    assert KeyWatch().suspects() == frozenset()


def test_two_keys_with_the_same_hash_are_not_called_repeated() -> None:
    # Python gives -1 and -2 the same hash; text never does so on purpose, so the keys are numbers here
    assert hash((-1,)) == hash((-2,))
    watch = KeyWatch()
    watch.add(key_hashes([[-1, -2]]))  # type: ignore[list-item]
    assert len(watch.suspects()) == 1
    read = mock.Mock(return_value=table(batch([osi_row(allocation_id="-1"), osi_row(allocation_id="-2")])))
    header, _ = match_header(table(), osi())
    assert list(repeated_keys(watch.suspects(), osi(), header, read)) == []
    read.assert_called_once()


def test_a_key_of_several_columns_is_repeated_only_as_a_whole() -> None:
    terms = contract("exchange_rates")
    assert len(terms.key) == 2
    row = dict.fromkeys(terms.names, "")
    pairs = [("EUR", "2019-01-01"), ("CHF", "2019-01-01"), ("EUR", "2019-01-02"), ("EUR", "2019-01-01"), ("EUR", "")]
    cells = [list((row | dict(zip(terms.key, pair, strict=True))).values()) for pair in [*pairs, ("EUR", "")]]
    watch = KeyWatch()
    watch.add(key_hashes(list(zip(*[*pairs, ("EUR", "")], strict=True))))

    def read() -> Table:
        return Table(None, 1, terms.names, iter([Batch(range(2, 8), cells)]))

    header, findings = match_header(read(), terms)
    assert findings == []
    assert list(repeated_keys(watch.suspects(), terms, header, read)) == [(5, 2, ("EUR", "2019-01-01"))]


@pytest.mark.parametrize("width", [0, 1])
def test_a_row_that_is_too_short_has_no_key(width: int) -> None:
    cells = list(osi_row().values())
    found = Table(None, 1, osi().names, iter([Batch([2, 3, 4], [cells, cells[:width], cells])]))
    watch = KeyWatch()
    watch.add(key_hashes([["A-1", "A-1"]]))
    header, _ = match_header(found, osi())
    assert [row for row, *_ in repeated_keys(watch.suspects(), osi(), header, lambda: found)] == [3, 4][1 - width :]


def test_a_part_of_a_key_that_may_be_blank_or_absent_is_part_of_it_as_it_is() -> None:
    terms = contract("posts")
    assert terms.key == ("post_id", "funded_by", "valid_from")
    old = [name for name in terms.names if name != "valid_from"]
    keys = [("P-1", ""), ("P-1", "RSO"), ("P-1", ""), ("", ""), ("", "")]
    row = dict.fromkeys(old, "")
    cells = [list((row | {"post_id": post, "funded_by": funder}).values()) for post, funder in keys]
    watch = KeyWatch()
    watch.add(key_hashes(list(zip(*[(*key, "") for key in keys], strict=True))))

    def read() -> Table:
        return Table(None, 1, old, iter([Batch(range(2, 7), cells)]))

    header, findings = match_header(read(), terms)
    assert findings == []
    assert list(repeated_keys(watch.suspects(), terms, header, read)) == [(4, 2, ("P-1", "", ""))]
