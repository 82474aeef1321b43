"""The accounts of a simulated history by cases that were worked out by hand from the rules."""

from decimal import Decimal

import pytest

from simulation.events.account import EventAccount
from simulation.history import LATE, History
from simulation.money.account import Account, divided
from simulation.people.account import ALL, FIGURES, StaffAccount

YEAR = {"period_start": "2023-01-01", "period_end": "2023-12-31"}
COSTS = [
    {"grade": grade, "duty_office": "HQ", "cost_year": "2023", "annual_cost_usd": cost, "reporting_period": "2023"}
    for grade, cost in (("P3", "100000.00"), ("P4", "120000.00"))
]


def _post(number: str, *, grade: str = "P3", share: str = "100", back: str = "no", **days: str) -> dict[str, str]:
    return {
        "post_id": number, "duty_office": "HQ", "grade": grade, "funded_share_pct": share, "recovered": back,
        "reporting_period": "2023",
    } | days  # fmt: skip


def _works(post: str, percentage: str = "100", basis: str = "contract", **days: str) -> dict[str, str]:
    return {
        "post_id": post, "iscm_code": "RCM", "assignment_type": "part_time", "percentage": percentage, "basis": basis,
    } | (days or YEAR)  # fmt: skip


def _staff(posts: list[dict[str, str]], *assignments: dict[str, str]) -> dict[str, Decimal | None]:
    account = StaffAccount(posts, COSTS)
    for row in assignments:
        account.add(row)
    return {figure.removesuffix("_usd"): account.cells["RCM", 2023].usd(figure) for figure in FIGURES}


def test_an_amount_over_two_years_is_split_by_days_and_by_shares() -> None:
    shares = [
        {"project_code": "P", "iscm_code": iscm, "share_status": status, "share_pct": percent,
         "effective_from": "2018-01-01", "effective_to": ""}
        for iscm, status, percent in (("BALI", "approved", "50"), ("RCM", "estimated", "25"), ("ADD", "unknown", ""))
    ]  # fmt: skip
    account = Account([], shares, [])
    account.add({
        "project_code": "P", "period_start": "2018-07-01", "period_end": "2019-06-30", "amount": "7328.00",
        "currency": "USD", "funding_source_class": "iom_project_support", "amount_basis": "actual",
    })  # fmt: skip
    found = {key[:2]: bounds.usd() for key, bounds in account.totals.items()}
    none, half, quarter = Decimal(0), Decimal("1847.06"), Decimal("923.53")
    assert found["BALI", 2018] == (half, half, half)
    assert found["RCM", 2018] == (none, quarter, quarter)
    assert found["ADD", 2018] == (none, none, quarter)
    assert found["BALI", 2019][0] == Decimal("1816.94")


def test_the_parts_of_an_amount_sum_to_it_and_the_earlier_part_takes_a_tie() -> None:
    assert divided(100, [1, 1, 1]) == [34, 33, 33]
    assert divided(-100, [1, 1, 1]) == [-34, -33, -33]
    assert divided(1, [0, 1, 1]) == [0, 1, 0]


def test_what_funders_pay_back_leaves_the_rest() -> None:
    posts = [_post("A", share="20", back="yes"), _post("A", share="50", back="no")]
    assert _staff(posts, _works("A", "50")) == {
        "gross_lower": 50000, "gross_central": 50000, "gross_upper": 50000,
        "recovered_lower": 10000, "recovered_central": 10000, "recovered_upper": 25000,
        "net_lower": 25000, "net_central": 40000, "net_upper": 40000,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("work", "gross"),
    [
        (_works("A", "30", "estimate"), (0, 30000, 30000)),
        (_works("A", ""), (0, 0, 100000)),
        (_works("A", "0"), (0, 0, 0)),
        (_works("A", "100", period_start="2023-12-31", period_end="2023-12-31"), (Decimal("273.97"),) * 3),
    ],
    ids=["an estimate is not certain", "unknown is 0 or 100", "0 is 0", "one day"],
)
def test_a_share_counts_by_what_it_is_known_from(work: dict[str, str], gross: tuple[Decimal, ...]) -> None:
    found = _staff([_post("A")], work)
    assert tuple(found[f"gross_{bound}"] for bound in ("lower", "central", "upper")) == gross


def test_a_grade_that_is_not_known_has_bounds_and_no_standard_cost_is_unknown() -> None:
    found = _staff([_post("A", grade="")], _works("A"))
    assert [found[f"gross_{bound}"] for bound in ("lower", "central", "upper")] == [100000, None, 120000]
    assert set(_staff([_post("A", grade="D1")], _works("A")).values()) == {None}
    found = _staff([_post("A", grade="D1"), _post("B")], _works("A"), _works("B"))
    assert [found[f"gross_{bound}"] for bound in ("lower", "central", "upper")] == [100000, None, None]


def test_a_later_register_holds_from_its_first_day_and_the_past_stays() -> None:
    july = _post("A", grade="P4") | {"reporting_period": "2023-07"}
    found = _staff([_post("A"), july], _works("A"))
    assert found["gross_central"] == Decimal("110082.19")  # 181 days of a P3, 184 of a P4
    found = _staff([_post("A", valid_to="2023-06-30"), _post("A", valid_from="2023-07-01", back="yes")], _works("A"))
    assert found["recovered_central"] == Decimal("50410.96")


def test_a_cell_tells_whether_it_would_reveal_a_post() -> None:
    own, paid = [_post(number) for number in "ABC"], [_post(number, back="yes") for number in "DEF"]

    def reveals(*posts: dict[str, str]) -> bool:
        account = StaffAccount(posts, COSTS)
        for post in posts:
            account.add(_works(post["post_id"]))
        assert len(account.cells[ALL, 2023].posts) == len(posts)
        return account.cells["RCM", 2023].reveals

    assert not reveals(*own)
    assert reveals(*own[:2])
    assert not reveals(*own, *paid)
    assert reveals(own[0], *paid)  # net is what one post costs
    assert reveals(*own, paid[0])


def test_headcount_is_of_full_time_posts_and_zero_needs_a_statement() -> None:
    account = StaffAccount([], [])
    account.add(_works("A") | {"assignment_type": "full_time"})
    account.add(_works("A") | {"iscm_code": "BALI"})
    account.add({"iscm_code": "ADD", "assignment_type": "nil", **YEAR})
    assert [account.cells[iscm, 2023].full_time_staff for iscm in ("RCM", "BALI", "ADD")] == [1, None, 0]


@pytest.mark.parametrize(("meetings", "takes"), [(0, "GRCP/2023"), (1, "M-0"), (2, "GRCP/2023")])
def test_osi_of_a_series_is_that_of_its_only_meeting(meetings: int, takes: str) -> None:
    account = EventAccount()
    for number in range(meetings):
        account.add_report({"event_id": f"M-{number}", "iscm_code": "GRCP", **YEAR})
    account.add_allocation({"member_code": "GRCP", "currency": "USD", "amount": "5.00", **YEAR})
    assert {key for key, meeting in account.meetings().items() if meeting.sources["osi"]} == {takes}


def test_money_of_a_meeting_that_nobody_can_count_in_dollars_is_not_counted() -> None:
    account = EventAccount()
    for n, (currency, amount, scope, basis) in enumerate((
        ("USD", "7.00", "whole", "received"), ("EUR", "1.00", "whole", "received"),
        ("USD", "2.00", "per_member", "received"), ("", "", "not_stated", "received"),
        ("USD", "4.00", "whole", "expected"),
    )):  # fmt: skip
        account.add_contribution({
            "contribution_id": str(n), "event_id": "M", "iscm_code": "RCM", "funding_source_class": "in_kind",
            "currency": currency, "amount": amount, "amount_scope": scope, "amount_basis": basis, **YEAR,
        })  # fmt: skip
    meeting = account.meetings()["M"]
    assert (meeting.state, meeting.sources["in_kind"], meeting.without_amount) == ("not_reported", Decimal(7), 3)


def test_a_correction_comes_after_its_file_and_takes_its_place_as_a_whole() -> None:
    history = History(12, 1)
    for month in range(200):
        history.send("f", "HQ", str(month), month, lambda dice: iter([{"v": "1"}, {"v": "2"}]), _only_the_first)
    order = [file.name for file in history.files]
    corrected = [name for name in order if name.endswith("_corrected")]
    assert len(corrected) > 10
    assert all(order.index(name) > order.index(name.removesuffix("_corrected")) for name in corrected)
    assert sum(row.get("footnote") == "simulated correction" for row in history.rows("f")) == len(corrected)
    assert sum(1 for _ in history.rows("f")) == 2 * 200 - len(corrected)
    late = [file for file in history.files if not file.corrected and file.arrives[0] == int(file.period) + 3]
    assert 0 < len(late) < 4 * LATE * 200


def _only_the_first(row: dict[str, str], dice: object) -> dict[str, str] | None:
    return row | {"v": "9"} if row["v"] == "1" else None
