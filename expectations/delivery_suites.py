"""What the delivery gate compares: each rule gives figures of a delivery with the bounds that earlier ones set them.

Everything here is exact: a bound is multiplied out, never divided, so that "8 times" is 8 times to the last cent.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from statistics import median

from expectations.delivery_gate import Comparison, Delivery

TIMES = 8  # fixture F35: beyond 8 times, Table 5 has one oddity, beyond 5 times it would have three
TIMES_AT_MOST = 100  # however wild the past is: amounts in thousands stand out
PAST = 12  # files or months looked back: a year, so that the season of last year is among them
PAST_OF_A_MONTH = 3  # months that a subject needs before its month can be judged
MONTHS_IN_A_ROW = 6  # money in each of them, then none: vanished
MATERIAL = 4  # a month of one subject counts when it moves a quarter of the money of the file: projects come and end
FEW_ROWS = 20  # up to here a count of rows says nothing
ROWS_FOR_SHARES = 30
AMOUNTS_FOR_COPY = 3

_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


Rule = Callable[[Delivery, Sequence[Delivery]], Iterator[Comparison]]


def compare(now: Delivery, earlier: Sequence[Delivery]) -> dict[str, list[Comparison]]:
    """Comparisons by rule; a rule that has nothing to compare with has none.

    Args:
        now: delivery to be judged.
        earlier: deliveries of the same feed. Those of other offices, of the period of `now` (it replaces them) and
            those replaced themselves are left out.
    """
    current: dict[tuple[date, date], Delivery] = {}
    for item in sorted(earlier, key=lambda each: each.submission or 0):
        if item.office == now.office and (item.start, item.end) != (now.start, now.end):
            current[item.start, item.end] = item
    others = sorted(current.values(), key=lambda each: each.end)
    return {name: list(rule(now, others)) for name, rule in RULES.items()}


def _peers(now: Delivery, others: Sequence[Delivery]) -> list[Delivery]:
    """The last files before `now` that cover as many months."""
    return [item for item in others if item.end < now.start and item.months == now.months][-PAST:]


def _numbers(deliveries: Sequence[Delivery]) -> tuple[int | None, ...]:
    return tuple(item.submission for item in deliveries)


def _times(past: Sequence[Decimal]) -> int:
    """How many times more or less than the median is too much: 8, or more where the past itself is wild.

    Four standard deviations of the logarithms, estimated by the median deviation: one wrong month does not move it.
    """
    middle = median(past)
    deviation = median(abs((item / middle).ln()) for item in past) * Decimal("1.4826")
    wild = int((4 * deviation).exp().to_integral_value(ROUND_CEILING))
    return min(max(wild, TIMES), TIMES_AT_MOST)


def _bounded(now: Decimal, middle: Decimal, times: int) -> tuple[Decimal, Decimal, Decimal]:
    """Value, least and most for middle / times <= now <= middle * times, multiplied out."""
    return abs(now) * times, middle, middle * times**2


def _rounded(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{_rounded(part / whole * 100)} %"


def _name(subject: str) -> str:
    return subject.partition("|")[0]


def _currency(subject: str) -> str:
    return subject.partition("|")[2]


def _money(subject: str, amount: Decimal) -> str:
    return f"{_currency(subject)} {_rounded(amount)}".strip()


def _typical(middle: str, count: int, what: str) -> str:
    return f"{middle} in the {what} before" if count == 1 else f"a median of {middle} in the {count} {what}s before"


def _beyond(now: Decimal, middle: Decimal, times: int, less: str, more: str) -> str:
    return f"({_percent(abs(now), middle)}): more than {times} times {less if abs(now) < middle else more}"


def _volume(now: Delivery, others: Sequence[Delivery]) -> Iterator[Comparison]:
    used = [item for item in _peers(now, others) if item.figures("rows").get("")]
    past = [item.figures("rows")[""] for item in used]
    rows = now.figures("rows").get("", Decimal())
    if not past or max(rows, median(past)) <= FEW_ROWS:
        return
    middle, times = median(past), _times(past)
    message = (
        f"The file of {now.period} has {rows:,.0f} rows beside {_typical(f'{middle:,.0f}', len(past), 'file')} "
        f"{_beyond(rows, middle, times, 'fewer', 'as many')}; check whether the export is complete, with nothing twice"
    )
    yield Comparison("", now.period, *_bounded(rows, middle, times), f"{rows:.0f}", message, _numbers(used))


def _totals(now: Delivery, others: Sequence[Delivery]) -> Iterator[tuple[str, Decimal, list[Decimal], list[Delivery]]]:
    """Currency, total, totals before that are not zero, and their files."""
    peers = _peers(now, others)
    totals = now.figures("total")
    if len(peers) >= PAST_OF_A_MONTH:  # a currency of every file before that is missing now has a total of nothing
        always = set.intersection(*(set(item.figures("total")) for item in peers))
        totals = dict.fromkeys(always, Decimal()) | totals
    for currency, total in sorted(totals.items()):
        used = [item for item in peers if item.figures("total").get(currency)]
        if used:
            yield currency, total, [item.figures("total")[currency] for item in used], used


def _total(now: Delivery, others: Sequence[Delivery]) -> Iterator[Comparison]:
    for currency, total, totals, used in _totals(now, others):
        past = [abs(item) for item in totals]
        middle, times = median(past), _times(past)
        message = (
            f"The {currency} total of {now.period} is {_rounded(total)} beside "
            f"{_typical(_rounded(middle), len(past), 'file')} {_beyond(total, middle, times, 'less', 'as much')}; "
            "check whether amounts are in thousands or rows are missing"
        )
        yield Comparison(currency, now.period, *_bounded(total, middle, times), f"{total:f}", message, _numbers(used))


def _sign(now: Delivery, others: Sequence[Delivery]) -> Iterator[Comparison]:
    for currency, total, past, used in _totals(now, others):
        above = past[0] > 0
        if any((item > 0) != above for item in past):
            continue
        message = (
            f"The {currency} total of {now.period} is {_rounded(total)}, while that of every file before was "
            f"{'above' if above else 'below'} zero; check the signs of the amounts"
        )
        usual_way = total if above else -total
        yield Comparison(currency, now.period, usual_way, Decimal(), abs(total), f"{total:f}", message, _numbers(used))


def _months_before(period: str, count: int) -> list[str]:
    """The months before a month, the nearest first."""
    year, month = map(int, period.split("-"))
    return [f"{place // 12:04d}-{place % 12 + 1:02d}" for place in (year * 12 + month - 2 - i for i in range(count))]


def _preceding(period: str) -> list[str]:
    """The year before a year, the twelve months before a month, the nearest first; nothing for another span."""
    if _MONTH.fullmatch(period):
        return _months_before(period, PAST)
    return [f"{int(period) - 1:04d}"] if _YEAR.fullmatch(period) else []


def _pasts(now: Delivery, others: Sequence[Delivery]) -> dict[tuple[str, str], list[tuple[Decimal, int | None]]]:
    """For each amount of the file that can be judged, by subject and period: sizes before, with their submissions."""
    known: defaultdict[str, dict[str, tuple[Decimal, int | None]]] = defaultdict(dict)
    for item in (*sorted(others, key=lambda each: each.submission or 0), now):
        for subject, amounts in item.amounts().items():
            known[subject] |= {period: (abs(amount), item.submission) for period, amount in amounts.items() if amount}
    found = {}
    for subject, amounts in now.amounts().items():
        for period in (period for period, amount in amounts.items() if amount):
            before = _preceding(period)
            past = [known[subject][each] for each in before if each in known[subject]]
            if past and len(past) >= min(len(before), PAST_OF_A_MONTH):
                found[subject, period] = past
    return found


def _magnitude(now: Delivery, others: Sequence[Delivery]) -> Iterator[Comparison]:
    amounts, pasts = now.amounts(), _pasts(now, others)
    middles = {place: median(size for size, _ in past) for place, past in pasts.items()}
    # the money of the file by currency and period, as it is and as it was
    is_now: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    was: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for subject, periods in amounts.items():
        for period, amount in periods.items():
            is_now[_currency(subject), period] += abs(amount)
            was[_currency(subject), period] += middles.get((subject, period), Decimal())
    for (subject, period), past in pasts.items():
        amount, middle, times = amounts[subject][period], middles[subject, period], _times([size for size, _ in past])
        money = max(each[_currency(subject), period] for each in (is_now, was))
        monthly = bool(_MONTH.fullmatch(period))
        if monthly and abs(abs(amount) - middle) * MATERIAL < money:
            continue
        size = _rounded(middle)
        earlier = _typical(size, len(past), "month") if monthly else f"{size} in {_preceding(period)[0]}"
        message = (
            f"{_name(subject)} has {_money(subject, amount)} in {period} beside {earlier} "
            f"{_beyond(amount, middle, times, 'less', 'as much')}; check the amount"
        )
        beside = tuple(number for _, number in past)
        yield Comparison(subject, period, *_bounded(amount, middle, times), f"{amount:f}", message, beside)


def _vanished(now: Delivery, others: Sequence[Delivery]) -> Iterator[Comparison]:
    months = {item.period: item for item in others if item.months == 1}
    wanted = _months_before(now.period, MONTHS_IN_A_ROW) if now.months == 1 else []
    if not wanted or not set(wanted) <= set(months):
        return
    files = [months[period] for period in wanted]
    past, present = [item.figures("subject") for item in files], now.figures("subject")
    for subject in sorted(subject for subject in past[0] if all(item.get(subject) for item in past)):
        middle, currency = median(abs(item[subject]) for item in past), _currency(subject)
        money = median(
            sum((abs(size) for name, size in item.items() if _currency(name) == currency), Decimal()) for item in past
        )
        fading = abs(past[0][subject]) * TIMES < middle  # the last bills of what ends
        if fading or middle * MATERIAL < money:
            continue
        message = (
            f"{_name(subject)} has no row in {now.period}, but {_money(subject, middle)} a month (median) in each of "
            f"the {MONTHS_IN_A_ROW} months before; add its row, or state 0"
        )
        there = Decimal(subject in present)
        yield Comparison(subject, now.period, there, Decimal(1), Decimal(1), "no row", message, _numbers(files))


def _copy(now: Delivery, others: Sequence[Delivery]) -> Iterator[Comparison]:
    peers = _peers(now, others)
    own, *past = (
        {subject: tuple(periods.values()) for subject, periods in item.amounts().items()} for item in (now, *peers)
    )
    count = sum(bool(amount) for values in own.values() for amount in values)
    usual = any(item in past[:place] for place, item in enumerate(past))  # amounts that do not change by nature
    if not peers or count < AMOUNTS_FOR_COPY or usual:
        return
    same = [item.period for item, figures in zip(peers, past, strict=True) if figures == own]
    message = (
        f"All {count} amounts of {now.period} are those of {' '.join(same)}; check whether an old export was sent again"
    )
    copies = Decimal(len(same))
    yield Comparison("", now.period, copies, Decimal(), Decimal(), f"{count} amounts", message, _numbers(peers))


def _codes(now: Delivery, others: Sequence[Delivery]) -> Iterator[Comparison]:
    peers = _peers(now, others)
    own, past = _rows_by_code([now]), _rows_by_code(peers)
    for column in sorted(own):
        rows, before = own[column], past.get(column, Counter())
        count, earlier = rows.total(), before.total()
        if min(count, earlier) < ROWS_FOR_SHARES:
            continue
        # share now less share before, multiplied by both counts; half of the sum of the sizes is the share that moved
        moved = {code: rows[code] * earlier - before[code] * count for code in {*rows, *before}}
        more = max(sorted(moved), key=lambda code: moved[code])
        distance, whole = Decimal(sum(map(abs, moved.values()))), Decimal(count * earlier)
        message = (
            f"{_percent(distance, 2 * whole)} of the rows of {now.period} would need another {column} to be as in the "
            f"files before, most of all {more!r}: {_percent(Decimal(rows[more]), Decimal(count))} of the rows, before "
            f"{_percent(Decimal(before[more]), Decimal(earlier))}; check the column"
        )
        yield Comparison(column, now.period, distance, Decimal(), whole, more, message, _numbers(peers))


def _rows_by_code(deliveries: Sequence[Delivery]) -> dict[str, Counter[str]]:
    """Counts of rows by column and code."""
    found: dict[str, Counter[str]] = {}
    for item in deliveries:
        for subject, rows in item.figures("code").items():
            column, _, code = subject.partition("=")
            found.setdefault(column, Counter())[code] += int(rows)
    return found


RULES: Mapping[str, Rule] = {
    "delivery-volume": _volume,
    "delivery-total": _total,
    "delivery-sign": _sign,
    "delivery-magnitude": _magnitude,
    "delivery-vanished": _vanished,
    "delivery-copy": _copy,
    "delivery-codes": _codes,
}
"""Rules of the gate by id; each gives the figures that it could compare, none when there is nothing to compare with."""
