"""The fast proof that plain lines of text are clean: whole columns at once, in Arrow.

It only ever says "certainly clean" or "look closer": whatever it does not prove, the exact checks judge cell by cell.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.combinations import Encoded, combinations, encoded
from ingestion.contract import Contract, RowRule
from ingestion.coverage import Coverage, CoverageWatch
from ingestion.keys import key_hashes
from ingestion.row_rules import SPOILT, TOTAL, at_fault
from ingestion.tally import Tally
from ingestion.values import ColumnChecker

_SUSPECT = rf"(?:{TOTAL})|(?:{SPOILT})"
EXACT = pa.decimal128(38, 10)
"""Wide enough for every number that a contract allows."""

FEW = 2_000
"""Up to so many distinct values of a batch are judged one by one, by the exact checks themselves."""


@dataclass(frozen=True)
class Proof:
    """What rows that were proved clean bring to their file: their number, keys (see `key_hashes`) and sums."""

    rows: int
    keys: "array[int]"
    tally: Tally
    coverage: Coverage | None


class Prover:
    """Proves columns of plain lines, block by block.

    Args:
        terms: the contract.
        positions: place of each declared column in the file.
        checkers, watch: those of the exact checks, or others that know no more than they do.
    """

    def __init__(
        self,
        terms: Contract,
        positions: Mapping[str, int],
        checkers: Mapping[str, ColumnChecker],
        watch: CoverageWatch,
    ) -> None:
        self.watch = watch
        self._terms, self._positions, self._checkers = terms, positions, checkers

    def prove(self, columns: list[Any]) -> Proof | None:
        """The proof of a block, given as Arrow arrays in the order of the file; None when it needs a closer look."""
        absent = [""] * len(columns[0])
        places = ((name, self._positions.get(name)) for name in self._terms.names)
        named = encoded({name: absent if place is None else columns[place] for name, place in places})
        if not proved_clean(named, self._terms, self._checkers, self.watch):
            return None
        tally = Tally(self._terms)
        tally.add(named)
        keys = key_hashes([named[name].cells.to_pylist() for name in self._terms.key])
        return Proof(tally.rows, keys, tally, self.watch.coverage)


def proved_clean(
    columns: Mapping[str, Encoded], terms: Contract, checkers: Mapping[str, ColumnChecker], watch: CoverageWatch
) -> bool:
    """Whether rows given by column are certainly clean: values, coverage and row rules."""
    for column in terms.columns:
        checker = checkers[column.name]
        # a column that had many values in the block before is not worth looking for equal ones
        distinct = columns[column.name].cells if checker.many else columns[column.name].distinct
        if column.required and pc.min(pc.binary_length(distinct)).as_py() == 0:
            return False
        if (
            column.name in terms.named
            and pc.any(pc.match_substring_regex(distinct, _SUSPECT, ignore_case=True)).as_py()
        ):
            return False
        if not _all_right(distinct, checker):
            return False
    pairs = combinations([columns[name] for name in watch.columns])
    if any(watch.complaint(office, period) for office, period in pairs):
        return False
    for rule in terms.row_rules:
        concerned = _concerned(rule, columns)
        for values in combinations(list(concerned.values())):
            if at_fault(rule, dict(zip(concerned, values, strict=True)), watch.coverage):
                return False
    return True


def _concerned(rule: RowRule, columns: Mapping[str, Encoded]) -> dict[str, Encoded]:
    """The rule's columns, of the rows that it can find fault with: amounts have too many values to try them all."""
    chosen = {name: columns[name] for name in sorted(rule.columns)}
    if rule.check not in ("named_when_negative", "required_above"):
        return chosen
    amounts = columns[rule.settings["other"]].cells
    if rule.check == "named_when_negative":
        suspect = pc.starts_with(amounts, pattern="-")
    else:
        filled = pc.replace_with_mask(amounts, pc.equal(amounts, ""), pa.scalar(None, pa.string()))
        suspect = pc.greater(filled.cast(EXACT), pa.scalar(Decimal(rule.settings["limit"]), EXACT))
    return {name: Encoded(pc.filter(column.cells, suspect)) for name, column in chosen.items()}


def _all_right(distinct: Any, checker: ColumnChecker) -> bool:
    if len(distinct) <= FEW:
        return not checker.wrong(distinct.to_pylist())
    if checker.grammar is None:
        return False
    checker.many = True
    # no text has more characters than bytes
    if checker.longest is not None and pc.max(pc.binary_length(distinct)).as_py() > checker.longest:
        return False
    return all(pc.all(pc.match_substring_regex(distinct, part)).as_py() for part in checker.grammar)
