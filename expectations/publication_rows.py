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


def everybody_is_there(table: str, what: str, member: str = "member_code") -> Expectation:
    """An expectation that the table has a row for each member of the register in each year."""
    return no_row(
        f"{what}: every member of the register has a row for every year, reported or not",
        f"""
        select m.code, y.fiscal_year
        from staging.ref_iscms as m
        cross join (select distinct fiscal_year from candidate.fct_investment_lines where money_side <> 'others') as y
        where m.member_kind <> 'pool'
        except
        select {member}, fiscal_year from candidate.{table}
        """,  # noqa: S608 - our own names
    )
