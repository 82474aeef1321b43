"""I31: a file whose amounts drift to thousands, or from them, is held; believable months are not."""

import random

from expectations.delivery_gate import Delivery, judge
from expectations.delivery_suites import compare
from tests.unit.deliveries import believable, multiplied


def _held(now: Delivery, earlier: list[Delivery]) -> set[tuple[str, str]]:
    """Rule and subject of what is beyond its bounds, without the library; that it agrees is tested too."""
    compared = compare(now, earlier)
    return {
        (rule, item.subject)
        for rule, items in compared.items()
        for item in items
        if not item.least <= item.value <= item.most
    }


def test_thousands_are_held_and_believable_months_are_not() -> None:
    dice = random.Random(31)  # noqa: S311 - to repeat, not to hide
    series = [believable(dice) for _ in range(400)]
    assert min(map(len, series)) >= 2
    assert sum(bool(_held(now, earlier)) for *earlier, now in series) <= len(series) / 100
    for by in ("1000", "0.001"):
        held = sum(bool(_held(multiplied(now, by), earlier)) for *earlier, now in series)
        assert held >= len(series) * 99 / 100


def test_the_library_and_plain_comparison_agree() -> None:
    dice = random.Random(32)  # noqa: S311 - to repeat, not to hide
    odd = 0
    for by in ("1", "1000", "0.001", "-1", "9", "0.12"):
        *earlier, now = believable(dice)
        now = multiplied(now, by)
        expected = _held(now, earlier)
        assert {(item.rule, item.subject) for item in judge(now, earlier).oddities} == expected
        odd += len(expected)
    assert odd >= 5
