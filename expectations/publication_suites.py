"""What the publication gate expects of each candidate table. Every query gives the rows that must not be there."""

from great_expectations.expectations.expectation import Expectation

from expectations.publication_claims import claim_suites
from expectations.publication_events import EVENT_TABLES, event_suites
from expectations.publication_mechanisms import mechanism_suites
from expectations.publication_money import money_suites
from expectations.publication_people import people_suites
from expectations.publication_questions import MAY_HOLD_NOTHING, question_suites

MAY_BE_EMPTY = frozenset((*EVENT_TABLES, *MAY_HOLD_NOTHING))
"""Tables that may hold no row: a check of their own proves that there was nothing to hold."""


def suites() -> dict[str, list[Expectation]]:
    """Expectations by candidate table. Each table gets a row-count check of the gate's own on top."""
    return {
        **mechanism_suites(),
        **event_suites(),
        **claim_suites(),
        **people_suites(),
        **money_suites(),
        **question_suites(),
    }
