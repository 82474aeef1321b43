"""What a file adds up to: totals by currency, and the measures that later deliveries are compared with."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal

from ingestion.combinations import Encoded, counts, sums
from ingestion.contract import Contract
from ingestion.coverage import Coverage

CENT = Decimal("0.01")
Measure = tuple[str, str, str, Decimal]
"""Kind (rows, total, subject, code), subject, period and value: exact, never a float."""


class Tally:
    """Adds up the clean rows of a file, batch by batch."""

    def __init__(self, terms: Contract) -> None:
        self._terms = terms
        self._totals: dict[str, Decimal] = defaultdict(Decimal)
        self._subjects: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self._codes: Counter[tuple[str, str]] = Counter()
        self._rows_by_currency: Counter[str] = Counter()
        self.rows = 0

    def add(self, columns: Mapping[str, Encoded]) -> None:
        """Add the rows of one batch."""
        self.rows += len(columns[self._terms.period_column].cells)
        for column in self._terms.columns:
            if column.codes is not None and column.name != self._terms.office_column:
                for code, count in counts(columns[column.name]):
                    self._codes[column.name, code] += count
        if "currency" in self._terms.names:
            for code, count in counts(columns["currency"]):
                self._rows_by_currency[code] += count
        for name in self._terms.amount_columns:
            self._add_amounts(columns, name)

    def _add_amounts(self, columns: Mapping[str, Encoded], amount: str) -> None:
        subject = self._terms.subject_column
        if subject is None:
            for (code,), total in sums([columns["currency"]], columns[amount]):
                self._totals[code] += total
            return
        period = columns[self._terms.period_column]
        # the year of each row, or its month where the file covers months
        digits = len("2019-07") if all(len(word) == len("2019-07") for word in period.words) else len("2019")
        start = columns.get("period_start", period).relabelled(lambda day: day[:digits])
        for (code, name, at), total in sums([columns["currency"], columns[subject], start], columns[amount]):
            self._totals[code] += total
            self._subjects[f"{name}|{code}", at] += total

    def take(self, other: "Tally") -> None:
        """Add what another part of the file adds up to."""
        self.rows += other.rows
        self._codes += other._codes
        self._rows_by_currency += other._rows_by_currency
        for code, total in other._totals.items():
            self._totals[code] += total
        for subject, total in other._subjects.items():
            self._subjects[subject] += total

    @property
    def has_money(self) -> bool:
        """Whether the feed has columns of money."""
        return bool(self._terms.amount_columns)

    @property
    def totals(self) -> dict[str, Decimal]:
        """Sum of the money columns by currency."""
        return {code: total.quantize(CENT) for code, total in sorted(self._totals.items()) if code or total}

    @property
    def rows_by_currency(self) -> dict[str, int]:
        """Number of rows by currency; all rows under "" in a feed without money."""
        return dict(sorted(self._rows_by_currency.items())) or {"": self.rows}

    def measures(self, coverage: Coverage) -> list[Measure]:
        """Everything that the delivery gate compares with earlier deliveries."""
        period = coverage.label
        found: list[Measure] = [("rows", "", period, Decimal(self.rows))]
        found += [("total", code, period, total) for code, total in self.totals.items()]
        found += [("subject", subject, at, total) for (subject, at), total in sorted(self._subjects.items())]
        found += [("code", f"{name}={code}", period, Decimal(n)) for (name, code), n in sorted(self._codes.items())]
        return found
