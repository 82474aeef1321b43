"""What the publication gate expects of the marts that answer managers' questions.

Every query gives the rows that must not be there, and makes the figure a second time from what was sent or from the
facts, which the other suites tie to what was sent.
"""

from great_expectations.expectations.expectation import Expectation

from expectations.publication_investment import investment_suites


def question_suites() -> dict[str, list[Expectation]]:
    """Expectations by candidate table of the questions, but for changes between years (`publication_claims`)."""
    return investment_suites()
