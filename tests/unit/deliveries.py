"""Deliveries for the tests of the delivery gate: made by hand, and believable ones by dice."""

import random
from calendar import monthrange
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from expectations.delivery_gate import Delivery, Measure


def delivery(period: str, amounts: Mapping[str, object], **more: object) -> Delivery:
    """A file of a year or month; amounts by subject, or by (subject, period), in USD unless the subject names another.

    `rows` is 100, `codes` none, unless said; totals are the sums of the amounts.
    """
    year, _, month = period.partition("-")
    span = (1, 12) if not month else (int(month),) * 2
    measures, totals = [Measure("rows", "", period, Decimal(str(more.get("rows", 100))))], Counter()
    for key, amount in amounts.items():
        subject, when = key if isinstance(key, tuple) else (key, period)
        subject = subject if "|" in subject else f"{subject}|USD"
        measures.append(Measure("subject", subject, when, Decimal(str(amount))))
        totals[subject.partition("|")[2]] += Decimal(str(amount))
    measures += [Measure("total", currency, period, total) for currency, total in totals.items()]
    codes = more.get("codes") or {}
    measures += [Measure("code", f"class={code}", period, Decimal(rows)) for code, rows in codes.items()]
    start, end = date(int(year), span[0], 1), date(int(year), span[1], monthrange(int(year), span[1])[1])
    number = more.get("submission", int(year) * 100 + span[1])
    return Delivery(number, str(more.get("office", "RO")), start, end, tuple(measures))


def months(count: int, amounts: Mapping[str, object], **more: object) -> list[Delivery]:
    """Files of the last `count` months before 2020-01, a little different from each other."""
    periods = [f"2019-{month:02d}" for month in range(13 - count, 13)]
    return [
        delivery(each, {key: Decimal(str(amount)) + place for key, amount in amounts.items()}, **more)
        for place, each in enumerate(periods, start=-(count // 2))
    ]


SEASON = (0.5, 0.8, 1, 1, 1.1, 1, 0.8, 0.7, 1, 1.1, 1.3, 2.5)


def believable(dice: random.Random) -> list[Delivery]:
    """Months of an office: projects of all sizes, some of which begin and end, a season, noise; 2 to 24 files."""
    count, first = dice.randint(2, 24), dice.randint(0, 11)
    sizes = {f"P{place:02d}": dice.lognormvariate(9.9, 1) for place in range(dice.randint(3, 40))}
    lives = {name: (begin := dice.randint(-10, count), begin + dice.randint(6, 30)) for name in sizes}
    lives |= {name: (-99, 99) for name in sizes if dice.random() < 0.7}
    mix = {code: dice.random() + 0.2 for code in "vwxyz"}
    files = []
    for place in range(count):
        season = SEASON[(first + place) % 12]
        amounts, rows = {}, 0
        for name, (begin, end) in lives.items():
            if begin <= place <= end:
                part = 0.3 if place == begin else 0.1 if place == end else 1
                money = sizes[name] * season * part * dice.lognormvariate(0, 0.4)
                amounts[name] = Decimal(round(money * 100)) / 100
                rows += max(1, round(dice.gauss(6, 2) * season**0.5))
        codes = Counter(dice.choices(list(mix), list(mix.values()), k=rows))
        period = f"{2018 + (first + place) // 12}-{(first + place) % 12 + 1:02d}"
        files.append(delivery(period, amounts, rows=rows, codes=codes, submission=place + 1))
    return files


def multiplied(file: Delivery, by: str) -> Delivery:
    """The file with all amounts multiplied; rows and codes as they are."""
    measures = (
        replace(item, value=item.value * Decimal(by)) if item.kind in ("total", "subject") else item
        for item in file.measures
    )
    return replace(file, measures=tuple(measures))
