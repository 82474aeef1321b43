"""The rules of the delivery gate: what is odd beside earlier files is held and said plainly; the rest passes."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from expectations import delivery_suites as suites
from expectations.delivery_gate import FIGURES, Delivery, DeliveryVerdict, judge
from tests.evaluation import cells
from tests.unit.deliveries import delivery, months

FLAT = {"A": "100.00", "B": "100.00", "C": "100.00", "D": "100.00"}


def _odd(verdict: DeliveryVerdict) -> list[tuple[str, str, str]]:
    assert verdict.checks_run == verdict.checks_declared
    assert verdict.rows_evaluated == verdict.rows_present
    assert verdict.passed == (not verdict.oddities)
    return [(item.rule, item.subject, item.period) for item in verdict.oddities]


def _table(number: int) -> Delivery:
    """The years 2014 to 2019 of a table of the evaluation in one file."""
    amounts = Counter()
    for _, member, year, value in cells(number):
        amounts[member, str(year)] += value
    assert len(amounts) >= 48
    whole = delivery("2014", amounts)
    return Delivery(1, "RO", whole.start, date(2019, 12, 31), whole.measures)


# fixture F35: an order of magnitude between a year and the one before


def test_of_table_5_only_rcm_2019_is_held() -> None:
    verdict = judge(_table(5), [])
    assert _odd(verdict) == [("delivery-magnitude", "RCM|USD", "2019")]
    assert verdict.compared_with == []  # with years of its own only
    oddity = verdict.oddities[0]
    assert oddity.message == (
        "RCM has USD 315,700.00 in 2019 beside 3,151,800.00 in 2018 (10.02 %): more than 8 times less; check the "
        "amount, or have it accepted with a reason"
    )
    assert (oddity.value, oddity.scope) == ("315700", "delivery-magnitude RCM|USD 2019 315700")


def test_table_4_is_held_both_ways_for_gfmd_2017() -> None:
    verdict = judge(_table(4), [])
    assert _odd(verdict) == [("delivery-magnitude", "GFMD|USD", year) for year in ("2017", "2018")]
    assert "(1.60 %): more than 8 times less" in verdict.oddities[0].message
    assert "(5,679.17 %): more than 8 times as much" in verdict.oddities[1].message


def test_at_five_times_table_5_would_have_the_two_more_that_f35_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suites, "TIMES", 5)
    assert {(subject, period) for _, subject, period in _odd(judge(_table(5), []))} == {
        ("RCM|USD", "2019"), ("PLACMI|USD", "2018"), ("MIDWA|USD", "2019"),
    }  # fmt: skip


def test_a_year_of_its_own_is_compared_with_the_file_of_the_year_before() -> None:
    earlier = [delivery("2018", {"T5-RCM": 49900, "X": 60000}, submission=7)]
    verdict = judge(delivery("2019", {"T5-RCM": 5000, "X": 60000}, submission=8), earlier)
    assert _odd(verdict) == [("delivery-magnitude", "T5-RCM|USD", "2019")]
    assert verdict.oddities[0].message.startswith(
        "T5-RCM has USD 5,000.00 in 2019 beside 49,900.00 in 2018 (10.02 %): more than 8 times less"
    )
    assert verdict.compared_with == [7]
    assert "delivery-codes" in verdict.not_comparable


@pytest.mark.parametrize(
    ("before", "now", "held"),
    [
        ("100.00", "800.00", False),
        ("100.00", "800.01", True),
        ("800.00", "100.00", False),
        ("800.00", "99.99", True),
        ("-800.00", "99.99", True),
        # a cent that no float can see
        ("10000000000000000.00", "80000000000000000.00", False),
        ("10000000000000000.00", "80000000000000000.01", True),
    ],
)
def test_exactly_eight_times_passes_and_a_cent_more_is_held(before: str, now: str, held: bool) -> None:
    verdict = judge(delivery("2019", {("A", "2018"): before, ("A", "2019"): now}), [])
    assert verdict.rows_present == 1
    assert bool(_odd(verdict)) == held


@pytest.mark.parametrize(
    "amounts",
    [
        {("A", "2018"): 0, ("A", "2019"): 5},
        {("A", "2018"): 5, ("A", "2019"): 0},
        {("A", "2017"): 1, ("A", "2019"): 900},
        {("A|USD", "2018"): 1, ("A|EUR", "2019"): 900},
        {("A", "2018-2019"): 900},
        {},
    ],
)
def test_what_has_nothing_before_it_is_named_as_not_comparable(amounts: dict) -> None:
    verdict = judge(delivery("2019", amounts), [])
    assert _odd(verdict) == []
    assert set(verdict.not_comparable) == set(suites.RULES)
    assert (verdict.checks_declared, verdict.rows_present, verdict.compared_with) == (0, 0, [])


# months, each rule: must fail, must pass, boundary, nothing to compare with

MIX, OTHER_MIX, HALF_MIX = {"x": 80, "y": 20}, {"x": 29, "y": 71}, {"x": 30, "y": 70}
MUST_FAIL = {
    "delivery-volume": (FLAT, {"rows": 801}),
    "delivery-total": (dict.fromkeys(FLAT, "0.10"), {}),
    "delivery-sign": (dict.fromkeys(FLAT, "-100"), {}),
    "delivery-magnitude": (FLAT | {"A": 801}, {}),
    "delivery-vanished": ({name: FLAT[name] for name in "ABC"}, {}),
    "delivery-copy": (FLAT, {}),
    "delivery-codes": (FLAT | {"A": 90}, {"codes": OTHER_MIX}),
}


@pytest.mark.parametrize(
    ("amounts", "more"),
    [
        (FLAT | {"A": 101}, {"codes": MIX}),
        (FLAT | {"A": 101}, {"rows": 800}),
        (FLAT | {"A": 101}, {"rows": 13}),
        (FLAT | {"A": 101}, {"codes": HALF_MIX}),
        (FLAT | {"A": 0, "B": 101}, {}),  # a stated zero has not vanished
        (FLAT | {"NEW": 300}, {}),
        (dict.fromkeys(FLAT, 800), {}),
        (dict.fromkeys(FLAT, "12.5"), {}),
    ],
)
def test_a_believable_month_passes_up_to_the_boundary(amounts: dict, more: dict) -> None:
    past = months(7, FLAT, codes=MIX)
    verdict = judge(delivery("2020-01", amounts, **more), past)
    assert _odd(verdict) == []
    assert verdict.rows_present > 3
    assert verdict.compared_with == [item.submission for item in past]


SAID = {
    "delivery-volume": "The file of 2020-01 has 801 rows beside a median of 100 in the 7 files before (801.00 %): more "
    "than 8 times as many; check whether the export is complete, with nothing twice",
    "delivery-total": "The USD total of 2020-01 is 0.40 beside a median of 400.00 in the 7 files before (0.10 %): more "
    "than 8 times less; check whether amounts are in thousands or rows are missing",
    "delivery-sign": "The USD total of 2020-01 is -400.00, while that of every file before was above zero; check the "
    "signs of the amounts",
    "delivery-magnitude": "A has USD 801.00 in 2020-01 beside a median of 100.00 in the 7 months before (801.00 %): "
    "more than 8 times as much; check the amount",
    "delivery-vanished": "D has no row in 2020-01, but USD 100.50 a month (median) in each of the 6 months before; add "
    "its row, or state 0",
    "delivery-copy": "All 4 amounts of 2020-01 are those of 2019-09; check whether an old export was sent again",
    "delivery-codes": "51.00 % of the rows of 2020-01 would need another class to be as in the files before, most of "
    "all 'y': 71.00 % of the rows, before 20.00 %; check the column",
}


@pytest.mark.parametrize("rule", suites.RULES)
def test_each_rule_holds_what_it_is_for_and_says_what_to_do(rule: str) -> None:
    amounts, more = MUST_FAIL[rule]
    verdict = judge(delivery("2020-01", amounts, **more), months(7, FLAT, codes=MIX))
    [held] = [item for item in verdict.oddities if item.rule == rule]
    assert held.message == f"{SAID[rule]}, or have it accepted with a reason"
    assert held.period == "2020-01"
    amount = held.value if rule in FIGURES else ""  # a figure is accepted as it stands
    assert held.scope == " ".join(filter(None, (rule, held.subject, "2020-01", amount)))


def test_the_only_file_before_has_no_median() -> None:
    [volume] = judge(delivery("2020-01", FLAT | {"A": 90}, rows=12), months(1, FLAT)).oddities
    assert "has 12 rows beside 100 in the file before (12.00 %): more than 8 times fewer" in volume.message
    assert (volume.scope, volume.value) == ("delivery-volume 2020-01 12", "12")


def _comparable(now: Delivery, earlier: list[Delivery]) -> set[str]:
    return set(suites.RULES) - set(judge(now, earlier).not_comparable)


def test_a_rule_without_enough_to_compare_with_says_so() -> None:
    def month(amounts: dict, **more: object) -> Delivery:
        return delivery("2020-01", amounts, **more)

    one = {"A": 9000}
    always = {"delivery-total", "delivery-sign"}
    assert _comparable(month(one), months(2, {"A": 10}, rows=20)) == always | {"delivery-volume"}
    assert _comparable(month(one), months(3, {"A": 10}, rows=20)) == always | {"delivery-volume", "delivery-magnitude"}
    assert _comparable(month(one, rows=20), months(1, one, rows=2)) == always
    assert _comparable(month(one, rows=21), months(1, one, rows=2)) == always | {"delivery-volume"}
    for now, before, enough in ((30, 30, True), (29, 30, False), (30, 29, False)):
        found = _comparable(month(one, codes={"x": now}), months(1, one, codes={"x": before}))
        assert ("delivery-codes" in found) == enough
    for amounts, enough in (({"A": 1, "B": 2, "C": 3}, True), ({"A": 1, "B": 2, "C": 0}, False)):
        assert ("delivery-copy" in _comparable(month(amounts), months(1, amounts))) == enough
    gap = [item for item in months(7, one) if item.period != "2019-10"]
    for past, enough in ((months(6, one), True), (months(5, one), False), (gap, False)):
        assert ("delivery-vanished" in _comparable(month(one), past)) == enough
    both_signs = [delivery("2019-11", {"A": 5}), delivery("2019-12", {"A": -5})]
    assert _comparable(month({"A": -5}, rows=1), both_signs) == {"delivery-total", "delivery-volume"}


def test_the_last_twelve_files_are_looked_at() -> None:
    past = [delivery(period, {"A": 100}) for period in ("2018-11", "2018-12")] + months(12, FLAT)
    assert judge(delivery("2020-01", {"A": 900}), past).compared_with == [item.submission for item in past[2:]]


def test_one_wrong_month_and_a_wild_past_do_not_mislead() -> None:
    past = months(7, FLAT)
    past[2] = delivery(past[2].period, dict.fromkeys(FLAT, 100_000))
    assert _odd(judge(delivery("2020-01", FLAT | {"A": 101}), past)) == []
    assert ("delivery-total", "USD", "2020-01") in _odd(judge(delivery("2020-01", {"A": 100_000}), past))
    # half and twice: four deviations are 61 times; a tenth and ten times would be more, but 100 times is the end
    for spread, most in ((2, 6100), (10, 10_000)):
        wild = [delivery(f"2019-{n:02d}", {"A": 100 * Decimal(spread) ** (n % 3 - 1)}) for n in range(1, 13)]
        assert _odd(judge(delivery("2020-01", {"A": most}), wild)) == []
        assert len(_odd(judge(delivery("2020-01", {"A": most + 1}), wild))) == 2


def test_a_whole_file_in_thousands_is_one_oddity_and_not_one_for_each_subject() -> None:
    thousands = dict.fromkeys(FLAT, "0.10")
    assert _odd(judge(delivery("2020-01", thousands), months(7, FLAT))) == [("delivery-total", "USD", "2020-01")]


def test_a_month_of_a_small_subject_is_no_matter() -> None:
    # E moves less than a quarter of the money of the file; D has faded out in December, and may go
    past = months(7, FLAT | {"E": 100})
    assert _odd(judge(delivery("2020-01", FLAT | {"E": 1}), past)) == []
    assert _odd(judge(delivery("2020-01", FLAT), past)) == []
    ends = [*months(7, FLAT)[:-1], delivery("2019-12", FLAT | {"D": 12})]
    assert _odd(judge(delivery("2020-01", {"A": 101, "B": 100, "C": 100}), ends)) == []


def test_amounts_that_never_change_are_no_copy_once_that_is_known() -> None:
    same = [delivery(f"2019-{month}", FLAT) for month in (11, 12)]
    assert [rule for rule, *_ in _odd(judge(same[1], same[:1]))] == ["delivery-copy"]
    assert _odd(judge(delivery("2020-01", FLAT), same)) == []


def test_a_currency_that_every_file_had_may_not_go_unseen() -> None:
    verdict = judge(delivery("2020-01", {"A|THB": 100, "B|THB": 100}), months(3, {"A": 100, "B": 100}))
    assert ("delivery-total", "USD", "2020-01") in _odd(verdict)


def test_a_correction_is_compared_with_the_periods_before_and_not_with_what_it_replaces() -> None:
    past = months(3, FLAT)
    wrong = delivery("2020-01", dict.fromkeys(FLAT, 100000), submission=900_001)
    right = delivery("2020-01", FLAT | {"A": 101}, submission=900_002)
    assert _odd(judge(right, [wrong, *past])) == []
    assert judge(right, [wrong, *past]).compared_with == [item.submission for item in past]
    later = delivery("2020-02", dict.fromkeys(FLAT, 120000), submission=900_003)
    assert _comparable(right, [later]) == set()
    gone = delivery("2019", {("A", "2018"): 5, ("A", "2019"): 5}, submission=1)
    assert _comparable(delivery("2019", {("A", "2019"): 5000}, submission=2), [gone]) == set()
    # of a period before, only what stands now counts; other offices and spans are not compared
    mended = [delivery(item.period, dict.fromkeys(FLAT, 120000), submission=900_004 + n) for n, item in enumerate(past)]
    assert judge(wrong, [*mended, *past]).compared_with == [900_004, 900_005, 900_006]
    assert _odd(judge(wrong, [*mended, *past])) == []
    elsewhere = [delivery(item.period, FLAT, office="HQ") for item in past]
    assert _comparable(right, [*elsewhere, delivery("2018", FLAT)]) == set()
