"""The published table in the terminal: OSI, project support and full-time staff per ISCM and year."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from psycopg2.extensions import connection
from rich.console import Console
from rich.table import Table

from warehouse.database import connect

NOT_REPORTED = "·"

WIDTH = 132
"""Columns that the widest table needs; a narrower terminal wraps lines rather than cutting figures."""

_NAME = "member_name"
# a pledge is a funding line of its own, as in the evaluation's Table 4
_NAME_WITH_PLEDGE = "member_name || case when funding_source_class = 'dg_pledge' then ' (DG pledge)' else '' end"

_MARTS = (
    ("OSI, USD", "mart_osi_by_iscm", "amount_usd", _NAME_WITH_PLEDGE),
    ("Project support, USD", "mart_project_support_by_iscm", "amount_usd", _NAME),
    ("Full-time staff, posts", "mart_full_time_staff_by_iscm", "full_time_staff", _NAME),
)

_ROWS = """
    with measured as (
        select report_scope, {name} as name, fiscal_year, sum({measure}) as measure from marts.{mart} group by 1, 2, 3
    ), years as (select distinct fiscal_year from measured),
    names as (select distinct report_scope, name from measured where measure is not null)
    select report_scope, name, array_agg(measure order by fiscal_year), array_agg(fiscal_year order by fiscal_year)
    from names cross join years left join measured using (report_scope, name, fiscal_year)
    group by report_scope, name
    order by report_scope desc, name
"""


def print_published(console: Console | None = None) -> None:
    """Read the published marts as `bi_reader` and print them, unknown as a dot and zero as 0."""
    console = console or Console()
    console = Console(file=console.file, width=max(console.width, WIDTH), soft_wrap=True)
    with connect("bi_reader") as link:
        publication = _one(link, "select publication_number, published_at from marts.current_publication")
        if publication is None:
            console.print("nothing is published yet")
            return
        for title, mart, measure, name in _MARTS:
            console.print(_table(link, title, mart, measure, name))
    number, when = publication
    console.print(f"publication {number} of {when:%Y-%m-%d %H:%M:%S %Z}; {NOT_REPORTED} = not reported")


def _table(link: connection, title: str, mart: str, measure: str, name: str) -> Table:
    with link.cursor() as run:
        run.execute(_ROWS.format(mart=mart, measure=measure, name=name))
        rows = run.fetchall()
        run.execute(
            f"select count(distinct member_code) from marts.{mart} where {measure} is not null"  # noqa: S608 - our names
        )
        reported = (run.fetchone() or (0,))[0]
        run.execute(f"select count(distinct member_code) from marts.{mart}")  # noqa: S608 - our names
        known = (run.fetchone() or (0,))[0]
    years: Sequence[int] = rows[0][3] if rows else ()
    table = Table(title=title, caption=f"{reported} of {known} members reported", title_justify="left")
    table.add_column("", no_wrap=True)
    for year in years:
        table.add_column(str(year), justify="right", no_wrap=True)
    summable = measure == "amount_usd"  # headcount is never summed across years
    if summable:
        table.add_column("Sum", justify="right", no_wrap=True)
    for scope in dict.fromkeys(row[0] for row in rows):
        members = [row for row in rows if row[0] == scope]
        for _, name, values, _ in members:
            table.add_row(name, *map(_text, values), *([_text(_total(values))] if summable else []))
        totals = [_total([row[2][place] for row in members]) for place in range(len(years))]
        table.add_row(
            f"[bold]Total {scope}",
            *map(_text, totals),
            *([_text(_total(totals))] if summable else []),
            end_section=True,
        )
    return table


def _total(values: Sequence[Any]) -> Any:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _text(value: Decimal | int | None) -> str:
    if value is None:
        return NOT_REPORTED
    return f"{value:,}".removesuffix(".00")


def _one(link: connection, query: str) -> tuple[Any, ...] | None:
    with link.cursor() as run:
        run.execute(query)
        return run.fetchone()
