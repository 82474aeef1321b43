"""Who and what the made-up history is about, and its calendar."""

import datetime as dt
from decimal import Decimal

SOURCE = "simulated, for trying out only"
FIRST_YEAR = 2021
OFFICES = {
    "CO-BANGKOK": "THB", "CO-NEPAL": "NPR", "CO-CANBERRA": "AUD", "RO-BUENOS-AIRES": "ARS", "RO-SAN-JOSE": "USD",
    "RO-BANGKOK": "USD",
}  # fmt: skip
"""Reporting office and the currency of its books."""
ISCMS = ("BALI", "COLOMBO", "SACM", "RCM", "MIDWA", "PAFOM", "PIDC", "OCAM", "MIDSA", "ADD")
THEMES = ("labour migration", "border management", "return and reintegration")
SERIES = "GRCP"
POOL = "RCPS_POOL"
DAY = dt.timedelta(days=1)


def month_start(number: int) -> dt.date:
    """First day of a month of the history, counted from 0."""
    return dt.date(FIRST_YEAR + number // 12, number % 12 + 1, 1)


def month_end(first: dt.date) -> dt.date:
    """Last day of the month of which `first` is the first."""
    return (first.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def month_name(number: int) -> str:
    """A month of the history as a reporting period."""
    return f"{month_start(number):%Y-%m}"


def money(cents: int) -> str:
    """An amount as it stands in a file."""
    return f"{Decimal(cents).scaleb(-2):.2f}"
