"""Registers of posts and their funders, assignments, standard costs, and terms of reference."""

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from decimal import Decimal

from simulation.history import History, Row
from simulation.people.posts import (
    FIRST_NAMED,
    FUNDERS,
    HEADQUARTERS,
    LAST_NAMED,
    NO_FULL_TIME,
    POSTS,
    RECLASSIFIED,
    Post,
    Work,
)
from simulation.scene import money, month_end, month_name, month_start

GRADE_COST = {
    "G4": 2_100_000, "G5": 2_650_050, "G6": 3_300_000, "NOA": 4_000_000, "NOB": 5_200_001, "P2": 9_000_000,
    "P3": 11_000_003, "P4": 13_500_000, "P5": 16_200_000,
}  # fmt: skip
"""Cents a year of a grade, before office and year; a director has no standard cost."""
OFFICE_FACTOR = {"RO-BANGKOK": 100, "CO-BANGKOK": 94, "CO-CANBERRA": 131, "RO-SAN-JOSE": 97, "HQ": 148}
"""Per cent of it at an office; the other offices have no standard cost."""


def send_people(history: History) -> None:
    """Send the monthly registers of the regional offices, and those of a year of Headquarters."""
    for month in range(history.months):
        for office in sorted({post.reporter for post in POSTS} - {HEADQUARTERS}):

            def posts(dice: random.Random, month: int = month, office: str = office) -> Iterator[Row]:
                return (row for post in _named(office, month) for row in _monthly(post, month))

            def assignments(dice: random.Random, month: int = month, office: str = office) -> Iterator[Row]:
                return _assignments(office, month, dice)

            history.send("posts", office, month_name(month), month, posts, _other_post)
            history.send("assignments", office, month_name(month), month, assignments, _other_percentage)
    for number, year in enumerate(history.years):
        _send_year(history, 12 * number, year)


def _send_year(history: History, month: int, year: int) -> None:
    posts = [post for post in POSTS if post.reporter == HEADQUARTERS]
    for feed, rows, change in (
        ("posts", lambda dice: (row for post in posts for row in _yearly(post, year)), None),
        ("assignments", lambda dice: _assignments_of_a_year(posts, year), None),
        ("standard_costs", lambda dice: _standard_costs(year, dice), _other_cost),
        ("terms_of_reference", lambda dice: _terms(year, dice), None),
    ):
        history.send(feed, HEADQUARTERS, str(year), month, rows, change)


def _named(office: str, month: int) -> Iterable[Post]:
    return (
        post
        for post in POSTS
        if post.reporter == office and FIRST_NAMED.get(post.number, 0) <= month <= LAST_NAMED.get(post.number, month)
    )


def _monthly(post: Post, month: int) -> Iterator[Row]:
    """A post as the register of a month has it: a donor pays BK-1 on some days, BK-7 worked before it was named."""
    since, grade = RECLASSIFIED.get(post.number, (month + 1, ""))
    row = _post(post, grade if month >= since else post.grade)
    if post.number == "BK-7" and month == FIRST_NAMED["BK-7"]:
        row |= {"valid_from": month_start(0).isoformat()}
    if post.number == "BK-1" and month % 5 == 2:
        first = month_start(month)
        yield row | {"funded_by": "OSI", "funded_share_pct": "60", "recovered": "no"}
        yield row | {
            "funded_by": "DONOR", "funded_share_pct": "40", "recovered": "yes",
            "valid_from": first.replace(day=10).isoformat(), "valid_to": first.replace(day=20).isoformat(),
        }  # fmt: skip
        return
    for funder, percent, recovered in FUNDERS[post.funding]:
        yield row | {"funded_by": funder, "funded_share_pct": percent, "recovered": recovered}


def _yearly(post: Post, year: int) -> Iterator[Row]:
    """A post as the register of a year has it: in July what a second funder pays changes."""
    for number, (funder, percent, recovered) in enumerate(FUNDERS[post.funding]):
        row = _post(post, post.grade) | {"funded_by": funder, "funded_share_pct": percent, "recovered": recovered}
        if number == 0:
            yield row
        else:
            yield row | {"valid_to": f"{year}-06-30"}
            yield row | {"valid_from": f"{year}-07-01", "funded_share_pct": f"{Decimal(percent) / 2:.2f}"}


def _post(post: Post, grade: str) -> Row:
    return {
        "post_id": post.number, "function_title": "simulated post", "duty_office": post.office, "grade": grade,
    }  # fmt: skip


def _other_post(row: Row, dice: random.Random) -> Row:
    """The rows of one post must agree on its grade: which posts change does not depend on the dice."""
    if row["post_id"].endswith("5"):
        row = row | {"grade": "P4"}
    if row["funded_share_pct"]:
        row = row | {"funded_share_pct": f"{Decimal(row['funded_share_pct']) - dice.randrange(10)}"}
    return row


def _assignments(office: str, month: int, dice: random.Random) -> Iterator[Row]:
    first = month_start(month)
    for post in POSTS:
        if post.reporter == office:
            for work in post.works:
                start = first.replace(day=dice.choice([1, 1, 1, 1, 10]))
                yield _assignment(post, work, start, month_end(first))


def _assignments_of_a_year(posts: Iterable[Post], year: int) -> Iterator[Row]:
    """Rows over a year in which funders change; one post begins in March. And who works full time for nobody."""
    last = dt.date(year, 12, 31)
    for post in posts:
        for work in post.works:
            yield _assignment(post, work, dt.date(year, 3 if post.number == "HQ-5" else 1, 1), last)
    for iscm in NO_FULL_TIME:
        yield {
            "assignment_id": f"NIL-{iscm}-{year}", "iscm_code": iscm, "period_start": f"{year}-01-01",
            "period_end": last.isoformat(), "assignment_type": "nil", "basis": "reported_headcount",
        }  # fmt: skip


def _assignment(post: Post, work: Work, first: dt.date, last: dt.date) -> Row:
    return {
        "assignment_id": f"{post.number}-{work.iscm}", "post_id": post.number, "iscm_code": work.iscm,
        "period_start": first.isoformat(), "period_end": last.isoformat(),
        "assignment_type": "full_time" if work.full_time else "part_time", "percentage": work.percentage,
        "basis": "contract" if work.full_time else work.basis, "tor_id": f"TOR-{post.number}",
    }  # fmt: skip


def _other_percentage(row: Row, dice: random.Random) -> Row:
    if row["assignment_type"] != "part_time" or not row["percentage"]:
        return row
    return row | {"percentage": f"{Decimal(row['percentage']) * dice.randrange(50, 101) / 100:.2f}"}


def _standard_costs(year: int, dice: random.Random) -> Iterator[Row]:
    """The costs of a year, and those of the next as they are expected: next year's register takes their place."""
    for of_year in (year, year + 1):
        for office, factor in OFFICE_FACTOR.items():
            for grade, cents in GRADE_COST.items():
                cost = cents * factor // 100 + dice.randrange(100_000)
                yield {
                    "grade": grade, "duty_office": office, "cost_year": str(of_year), "annual_cost_usd": money(cost),
                    "cost_basis": "standard_rate", "approved_by_function": "simulated approver",
                }  # fmt: skip


def _other_cost(row: Row, dice: random.Random) -> Row:
    return row | {"annual_cost_usd": f"{Decimal(row['annual_cost_usd']) + dice.randrange(1000)}"}


def _terms(year: int, dice: random.Random) -> Iterator[Row]:
    """Terms of reference of most posts, and a staffing plan of each ISCM that has posts."""
    same = {"as_of_date": f"{year}-12-31", "valid_from": f"{year}-01-01", "valid_to": f"{year}-12-31"}
    for post in POSTS:
        for work in post.works:
            if dice.random() < 0.8:
                yield same | {
                    "tor_id": f"TOR-{post.number}", "iscm_code": work.iscm, "document_type": "terms_of_reference",
                    "post_id": post.number, "function_title": "simulated post", "duty_office": post.office,
                    "iscm_named": dice.choice(["yes", "yes", "no", "not_stated"]),
                }  # fmt: skip
    for iscm in sorted({work.iscm for post in POSTS for work in post.works}):
        needed = dice.randrange(2, 9)
        yield same | {
            "tor_id": f"PLAN-{iscm}", "iscm_code": iscm, "document_type": "staffing_plan",
            "function_title": "simulated plan", "iscm_named": "yes", "posts_needed": str(needed),
            "posts_filled": str(dice.randrange(needed)), "posts_funded": dice.choice(["", "1"]),
        }  # fmt: skip
