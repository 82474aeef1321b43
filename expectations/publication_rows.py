"""The one kind of expectation that the publication gate uses: a query that gives the rows that must not be there."""

from great_expectations.expectations.core import UnexpectedRowsExpectation
from great_expectations.expectations.expectation import Expectation


def no_row(description: str, query: str) -> Expectation:
    """An expectation that `query` gives no row. Queries name their tables."""
    # The library insists on its placeholder, which becomes a sub-query whose alias depends on the words behind it;
    # in a comment it does no harm.
    return UnexpectedRowsExpectation(description=description, unexpected_rows_query=f"/* {{batch}} */ {query}")


def same_rows(description: str, one: str, other: str) -> Expectation:
    """An expectation that two queries give the same rows, each as often."""
    return no_row(
        description,
        f"""
        with one as ({one}), other as ({other})
        (table one except all table other) union all (table other except all table one)
        """,
    )
