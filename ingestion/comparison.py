"""A new submission beside what stands: keys that stand elsewhere already, and what a correction changes."""

import csv
import io
import itertools
from collections.abc import Iterator, Sequence

from psycopg2 import sql
from psycopg2.extensions import cursor

from ingestion.answer import Difference
from ingestion.contract import Contract, contract
from ingestion.coverage import Coverage, parse_period
from ingestion.findings import MAX_LISTED, Finding
from ingestion.row_stream import RowStream
from ingestion.submissions import insert_many

MAX_OWN = 1 << 24
"""Characters of the sender's own columns of one row."""


def landed_keys_elsewhere(run: cursor, terms: Contract, submission: int, coverage: Coverage) -> list[Finding]:
    """A warning for each landed row whose key stands in another submission in force; both places are named."""
    files = _others(run, terms, coverage)
    landed = sql.SQL("select _row_number, _sheet, {} from {} where _submission_id = {}").format(
        sql.SQL(", ").join(map(sql.Identifier, terms.key)), sql.Identifier("raw", terms.feed), sql.Literal(submission)
    )
    return _clashes(run, terms, files, landed) if files else []


def sent_keys_elsewhere(run: cursor, terms: Contract, sent: "SentRows") -> list[Finding]:
    """The same for rows that are not landed."""
    files = _others(run, terms, sent.coverage) if sent.coverage else {}
    names = [sql.Identifier(name) for name in ("_row_number", "_sheet", *terms.key)]
    kinds = ["int[]", *["text[]"] * (len(names) - 1)]
    found: list[Finding] = []
    for some in sent.key_columns():
        typed = zip(some, kinds, strict=True)
        columns = [sql.SQL("{}::{}").format(sql.Literal(each), sql.SQL(kind)) for each, kind in typed]
        rows = sql.SQL("select * from unnest({}) as k ({})").format(
            sql.SQL(", ").join(columns), sql.SQL(", ").join(names)
        )
        found += _clashes(run, terms, files, rows) if files else []
    return found


class SentRows:
    """Rows as the reader gives them for COPY, for a dry run; `coverage` is that of the first, if there is one."""

    def __init__(self, rows: RowStream, terms: Contract, columns: Sequence[str]) -> None:
        csv.field_size_limit(MAX_OWN)
        reader = csv.reader(io.TextIOWrapper(io.BufferedReader(rows), encoding="utf-8", newline=""))
        first = next(reader, None)
        self._rows = itertools.chain([first] if first else [], reader)
        self._places = [columns.index(name) + 3 if name in columns else None for name in terms.key]
        self.coverage: Coverage | None = None
        if first:
            office, period = (first[columns.index(name) + 3] for name in (terms.office_column, terms.period_column))
            self.coverage = Coverage(office, *parse_period(period))

    def key_columns(self) -> Iterator[list[list[object]]]:
        """Row numbers, sheets and key columns of 10,000 rows at a time."""
        while some := list(itertools.islice(self._rows, 10_000)):
            keys: list[list[object]] = [["" if place is None else row[place] for row in some] for place in self._places]
            yield [[int(row[2]) for row in some], [row[1] or None for row in some], *keys]


def _others(run: cursor, terms: Contract, coverage: Coverage) -> dict[int, str]:
    """Submissions in force or held back in which no key of a new one may stand, with the names of their files.

    Those of the same office and period are left out: the new one takes their place.
    """
    if not terms.key_forever:
        return {}
    run.execute(
        """
        select s.submission_id, s.file_name
        from ops.submissions as s left join ops.current_submissions as c on s.submission_id = c.submission_id
        where s.feed = %s
            and (s.reporting_office, s.period_start, s.period_end, s.part) is distinct from (%s, %s, %s, %s)
            and (c.submission_id is not null or s.outcome = 'quarantined' and not exists (
                select 1 from ops.submissions as newer
                where newer.feed = s.feed and newer.outcome <> 'rejected' and newer.submission_id > s.submission_id
                    and (newer.reporting_office, newer.period_start, newer.period_end, newer.part)
                    = (s.reporting_office, s.period_start, s.period_end, s.part)
            ))
        """,
        (terms.feed, coverage.office, coverage.start, coverage.end, coverage.part),
    )
    return dict(run.fetchall())


def _clashes(run: cursor, terms: Contract, files: dict[int, str], rows: sql.Composable) -> list[Finding]:
    names = [sql.Identifier(name) for name in terms.key]
    # rows of this very transaction are in no statistics: the planner may take them for one row, and would then read all
    # that stands once for each of them
    run.execute("set local enable_nestloop = off")
    run.execute(
        sql.SQL(
            "select n._row_number, n._sheet, {key}, o._submission_id, o._sheet, o._row_number "
            "from ({rows}) as n join {raw} as o on {same} where o._submission_id = any(%s) order by 1, 4 limit %s"
        ).format(
            key=sql.SQL(" || ' / ' || ").join(sql.SQL("n.{}").format(name) for name in names),
            rows=rows,
            raw=sql.Identifier("raw", terms.feed),
            same=sql.SQL(" and ").join(sql.SQL("n.{0} = o.{0}").format(name) for name in names),
        ),
        (list(files), MAX_LISTED + 1),
    )
    rows_at_fault = run.fetchall()
    run.execute("set local enable_nestloop to default")
    if len(rows_at_fault) > MAX_LISTED:
        row, sheet, value, other, *_ = rows_at_fault[0]
        message = (
            f"more than {MAX_LISTED:,} keys of this file stand in {files[other]} (submission {other}) "
            "or others already; send only lines that were not sent before"
        )
        return [Finding("key-earlier", message, sheet, row, terms.key[0], value)]
    return [
        Finding(
            "key-earlier",
            f"this key stands in {files[other]} already (submission {other}"
            f"{f', sheet {other_sheet}' if other_sheet else ''}, row {other_row}); "
            "take it out of one of the two, or have it accepted with a reason",
            sheet, row, terms.key[0], value, "warning", scope=f"key-earlier {value}",
        )
        for row, sheet, value, other, other_sheet, other_row in rows_at_fault
    ]  # fmt: skip


def difference(run: cursor, terms: Contract, submission: int, supersedes: int) -> Difference:
    """Store and give what a correction changes: rows by key, and money by ISCM."""
    key = [sql.Identifier(name) for name in terms.key]
    other = [sql.Identifier(name) for name in (*terms.names, "_own") if name not in terms.key]
    row = sql.SQL(", ")
    run.execute(
        sql.SQL(
            """
            select
                count(*) filter (where o._row_number is null),
                count(*) filter (where n._row_number is null),
                count(*) filter (where n._row_number is not null and o._row_number is not null
                    and ({new}) is distinct from ({old}))
            from (select * from {table} where _submission_id = %s) as n
            full join (select * from {table} where _submission_id = %s) as o on {same}
            """
        ).format(
            table=sql.Identifier("raw", terms.feed),
            new=row.join(sql.SQL("n.{}").format(name) for name in other),
            old=row.join(sql.SQL("o.{}").format(name) for name in other),
            # a part of a key may be blank
            same=sql.SQL(" and ").join(
                sql.SQL("coalesce(n.{0}, '') = coalesce(o.{0}, '')").format(name) for name in key
            ),
        ),
        (submission, supersedes),
    )
    added, removed, changed = run.fetchone() or (0, 0, 0)
    run.execute(
        "insert into ops.submission_differences (submission_id, supersedes, rows_added, rows_removed, rows_changed) "
        "values (%s, %s, %s, %s, %s)",
        (submission, supersedes, added, removed, changed),
    )
    return Difference(supersedes, added, removed, changed, _money_moved(run, terms, submission, supersedes))


def _money_moved(run: cursor, terms: Contract, submission: int, supersedes: int) -> dict[str, str]:
    run.execute(
        sql.SQL(
            """
            with sums as (
                select {iscm} as iscm_code, split_part(m.subject, '|', 2) as currency,
                    coalesce(sum(m.value) filter (where m.submission_id = %(old)s), 0) as before,
                    coalesce(sum(m.value) filter (where m.submission_id = %(new)s), 0) as after
                from (
                    select submission_id, subject, split_part(subject, '|', 1) as name, value
                    from ops.submission_measures where kind = 'subject' and submission_id in (%(old)s, %(new)s)
                ) as m {through}
                group by 1, 2
            )
            select iscm_code, currency, before, after from sums
            where before <> after
                -- what was landed before measures were kept is not nil
                and exists (select 1 from ops.submission_measures where submission_id = %(old)s)
            order by 1, 2
            """
        ).format(iscm=_iscm(terms), through=_through(terms)),
        {"old": supersedes, "new": submission},
    )
    rows = run.fetchall()
    insert_many(
        run, "ops.difference_amounts", "submission_id, iscm_code, currency, amount_before, amount_after",
        [(submission, *row) for row in rows],
    )  # fmt: skip
    return {f"{iscm} {currency}".strip(): f"{after - before:+}" for iscm, currency, before, after in rows}


def _iscm(terms: Contract) -> sql.Composable:
    return sql.SQL("coalesce(t.iscm_code, m.name)") if terms.iscm_through else sql.SQL("m.name")


def _through(terms: Contract) -> sql.Composable:
    """The join that leads from a subject to its ISCM: the register that stands names one for each project."""
    if not terms.iscm_through:
        return sql.SQL("")
    feed, column = terms.iscm_through
    return sql.SQL(
        "left join (select distinct on (r.{key}) r.{key} as name, r.{iscm} as iscm_code from {table} as r "
        "join ops.current_submissions as s on r._submission_id = s.submission_id "
        "order by r.{key}, r._submission_id desc) as t on m.name = t.name"
    ).format(key=sql.Identifier(contract(feed).key[0]), iscm=sql.Identifier(column), table=sql.Identifier("raw", feed))
