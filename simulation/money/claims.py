"""Yearly documents that print figures of the history: some agree with what comes of it, some do not."""

import random
from collections.abc import Iterator

from simulation.history import History, Row
from simulation.scene import money

PRINTED = ("SACM", "RCM", "PAFOM")
"""ISCMs whose OSI of the year a document prints."""


def send_claims(history: History) -> None:
    """Send the figures of each year's document, as it knew them when the year began."""
    for number, year in enumerate(history.years):

        def claims(dice: random.Random, year: int = year) -> Iterator[Row]:
            first = history.first_sent("osi_allocations", "HQ", str(year))
            known = {row["member_code"]: row["amount"] for row in first}
            return (_claim(year, n, member, known[member], dice) for n, member in enumerate(PRINTED))

        history.send("source_claims", "OIG", str(year), 12 * number + 6, claims)


def _claim(year: int, n: int, member: str, amount: str, dice: random.Random) -> Row:
    """A printed figure; the last of them is printed with a slip of up to ten dollars."""
    slip = dice.randrange(1, 1000) if n == len(PRINTED) - 1 else 0
    return {
        "claim_id": f"CLAIM-{year}-{member}", "subject": member, "member_code": member,
        "funding_source_class": "osi_direct", "measure": "osi", "period_start": f"{year}-01-01",
        "period_end": f"{year}-12-31", "value_kind": "number", "value": money(_cents(amount) + slip), "unit": "money",
        "currency": "USD", "basis": "allocation", "certainty": "stated", "is_total": "no",
        "as_of_date": f"{year}-06-30",
    }  # fmt: skip


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))
