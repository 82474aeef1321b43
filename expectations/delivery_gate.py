"""The delivery gate: is a file plausible beside the earlier ones of its office? What is not, holds it for a person.

The gate knows no database: it is given the measures of the deliveries. A rule that has nothing to compare with is
named as not comparable, never passed. What the gate cannot prove to have checked holds the file like an oddity.
"""

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Measure:
    """One figure of a delivery.

    Args:
        kind: `rows`, `total`, `subject` or `code`.
        subject: nothing for rows, the currency for a total, `SUBJECT|currency`, or `column=code`.
        period: of the rows for a subject, `2019` or `2019-07`; else the reporting period of the file.
        value: count of rows, or amount in the currency.
    """

    kind: str
    subject: str
    period: str
    value: Decimal


@dataclass(frozen=True)
class Delivery:
    """The measures of one submission; `start` and `end` are the first and last day that the file covers."""

    submission: int | None
    office: str
    start: date
    end: date
    measures: tuple[Measure, ...]

    @property
    def months(self) -> int:
        """How many months the file covers."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    @property
    def period(self) -> str:
        """The period as files write it: `2019-07`, `2019`, `2014-2019`; else its first and last month."""
        if self.months == 1:
            return f"{self.start:%Y-%m}"
        if (self.start.month, self.end.month) == (1, 12):
            return f"{self.start:%Y}" if self.months == 12 else f"{self.start:%Y}-{self.end:%Y}"
        return f"{self.start:%Y-%m} to {self.end:%Y-%m}"

    def figures(self, kind: str) -> dict[str, Decimal]:
        """Values of one kind by subject, periods together."""
        sums: dict[str, Decimal] = {}
        for item in self.measures:
            if item.kind == kind:
                sums[item.subject] = sums.get(item.subject, Decimal()) + item.value
        return sums

    def amounts(self) -> dict[str, dict[str, Decimal]]:
        """Amounts by subject and period, periods in order."""
        found: dict[str, dict[str, Decimal]] = {}
        for item in sorted(self.measures, key=lambda each: each.period):
            if item.kind == "subject":
                found.setdefault(item.subject, {})[item.period] = item.value
        return found


@dataclass(frozen=True)
class Comparison:
    """A figure that is plausible when least <= value <= most; `message` is for the case that it is not.

    `shown` is the figure as the sender knows it, `beside` the submissions that it was compared with.
    """

    subject: str
    period: str
    value: Decimal
    least: Decimal
    most: Decimal
    shown: str
    message: str
    beside: tuple[int | None, ...]


@dataclass(frozen=True)
class Oddity:
    """One implausible thing: a warning that holds the file until somebody accepts it.

    `scope` is the key under which an acceptance is remembered: rule, subject, period and, for one amount, the amount.
    """

    rule: str
    subject: str
    period: str
    message: str
    value: str
    scope: str


@dataclass(frozen=True)
class Checked:
    """What Great Expectations did with one rule: checks, comparisons gone through, places of the implausible ones."""

    checks_run: int
    rows_evaluated: int
    places: frozenset[int]


@dataclass(frozen=True)
class DeliveryVerdict:
    """What the gate found and how much it did; `not_comparable` names the rules without anything to compare with."""

    oddities: tuple[Oddity, ...]
    checks_declared: int
    checks_run: int
    rows_present: int
    rows_evaluated: int
    rules_sha256: str
    compared_with: list[int]
    not_comparable: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Nothing is odd, and all that was declared was done."""
        return not self.oddities


CHECKS_OF_A_RULE = 3
FIGURES = ("delivery-magnitude", "delivery-total", "delivery-volume", "delivery-sign")
"""Rules about one figure, with which its acceptance is remembered."""


@cache
def rules_sha256() -> str:
    """Hash over the rules of this gate."""
    folder = Path(__file__).parent
    joined = b"".join((folder / name).read_bytes() for name in ("delivery_gate.py", "delivery_suites.py"))
    return hashlib.sha256(joined).hexdigest()


def judge(now: Delivery, earlier: Sequence[Delivery]) -> DeliveryVerdict:
    """Compare a delivery with earlier ones of the same feed.

    Args:
        now: delivery to be judged.
        earlier: accepted deliveries, in any order; those of other offices, of the same period (they are replaced) and
            those replaced before are left out.
    """
    from expectations.delivery_suites import compare

    compared = compare(now, earlier)
    suites = {rule: comparisons for rule, comparisons in compared.items() if comparisons}
    checked = {rule: _run(comparisons) for rule, comparisons in suites.items()}
    oddities = [_oddity(rule, suites[rule][place]) for rule, done in checked.items() for place in sorted(done.places)]
    declared, run = CHECKS_OF_A_RULE * len(suites), sum(done.checks_run for done in checked.values())
    present = sum(len(comparisons) for comparisons in suites.values())
    evaluated = sum(done.rows_evaluated for done in checked.values())
    if (run, evaluated) != (declared, present):
        oddities.append(_unproven(now.period, f"{run} of {declared} checks run, {evaluated} of {present} figures"))
    beside = {number for items in suites.values() for item in items for number in item.beside}
    return DeliveryVerdict(
        oddities=tuple(oddities),
        checks_declared=declared,
        checks_run=run,
        rows_present=present,
        rows_evaluated=evaluated,
        rules_sha256=rules_sha256(),
        compared_with=sorted(number for number in beside if number is not None and number != now.submission),
        not_comparable=tuple(rule for rule in compared if rule not in suites),
    )


def _oddity(rule: str, item: Comparison) -> Oddity:
    # a figure is accepted as it stands; a later file with another one is another oddity
    amount = item.shown if rule in FIGURES else ""
    scope = " ".join(filter(None, (rule, item.subject, item.period, amount)))
    message = f"{item.message}, or have it accepted with a reason"
    return Oddity(rule, item.subject, item.period, message, item.shown, scope)


def _unproven(period: str, done: str) -> Oddity:
    message = (
        f"The delivery gate could not judge the whole file of {period} ({done} evaluated); drop the file again, and if "
        "this comes back, ask the data engineer"
    )
    return Oddity("delivery-gate", "", period, message, done, f"delivery-gate {period}")


def _run(comparisons: Sequence[Comparison]) -> Checked:
    """Let Great Expectations judge the comparisons of one rule: all there, none too small, none too great."""
    with _without_collecting_garbage():
        import great_expectations as gx
        import pandas as pd  # type: ignore[import-untyped]
        from great_expectations.expectations import core
    columns = ("value", "least", "most")
    # of dtype object the frame holds the Decimals themselves, and they are compared exactly
    frame = pd.DataFrame({name: [getattr(item, name) for item in comparisons] for name in columns}, dtype=object)
    frame["place"] = range(len(comparisons))
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]  # the setter takes a dict
    asset = context.data_sources.add_pandas("delivery").add_dataframe_asset("comparisons")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    at_least = partial(core.ExpectColumnPairValuesAToBeGreaterThanB, or_equal=True, ignore_row_if="neither")
    expectations = (
        core.ExpectTableRowCountToEqual(value=len(comparisons)),
        at_least(column_A="value", column_B="least"),
        at_least(column_A="most", column_B="value"),
    )
    wanted = {"result_format": "COMPLETE", "unexpected_index_column_names": ["place"]}
    return _read([batch.validate(expectation, result_format=wanted) for expectation in expectations])


def _read(results: Sequence[Any]) -> Checked:
    """Read the results with distrust: a check that raised, or failed and does not say where, has not run."""
    counted, *bounds = results
    places: set[int] = set()
    run, evaluated = int(bool(counted.success)), []
    for result in bounds:
        found = {entry["place"] for entry in result.result.get("unexpected_index_list") or ()}
        if result.result.get("element_count") and bool(result.success) == (not found):
            run += 1
            evaluated.append(result.result["element_count"] - result.result.get("missing_count", 0))
            places |= found
    rows = min(evaluated) if len(evaluated) == len(bounds) else 0
    return Checked(run, rows, frozenset(places))


@contextmanager
def _without_collecting_garbage() -> Iterator[None]:
    """The library's 2,000 modules are read a fifth faster when nobody looks for garbage meanwhile."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
