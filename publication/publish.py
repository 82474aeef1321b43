"""Publication: candidate rows into `history` under a new number, then the pointer moves, all in one transaction."""

import hashlib

from psycopg2.extensions import connection, cursor
from psycopg2.extras import Json

from publication.candidate import Candidate, NoCandidateError, read_candidate
from publication.history import ColumnChangedError, end_tables_that_are_gone, ensure_history, store_rows

GENESIS = "0" * 64


class NotPublishableError(Exception):
    """No passed verdict on exactly these data; the message says what is missing and what to run."""


def publish(link: connection, rules_sha256: str, code_lists_sha256: str) -> str:
    """Publish the candidate marts; the caller commits by leaving the transaction of `link`.

    Args:
        link: connection as `publisher`, at the start of a transaction.
        rules_sha256: hash of the rules in force now; the verdict must be of the same.
        code_lists_sha256: the same for the code lists.

    Returns:
        One line that says what was published.

    Raises:
        NotPublishableError: no candidate, no verdict, a red one, or one on other data, rules or code lists.
    """
    with link.cursor() as run:
        run.execute("select pg_advisory_xact_lock(hashtextextended('iscm.publish', 0))")
        try:
            candidate = read_candidate(link)
        except NoCandidateError as error:
            raise NotPublishableError(str(error)) from error
        run.execute("select publication_number from ops.publications where build_id = %s", (candidate.build_id,))
        if (done := run.fetchone()) is not None:
            return f"build {candidate.build_id} is publication {done[0]} already; nothing to do"
        verdict = _verdict(run, candidate, rules_sha256, code_lists_sha256)
        number, chain = _next(run)
        for table, columns in candidate.columns.items():
            try:
                ensure_history(run, table, columns)
            except ColumnChangedError as error:
                raise NotPublishableError(str(error)) from error
            store_rows(run, table, [name for name, _ in columns], number)
        end_tables_that_are_gone(run, list(candidate.columns), number)
        _switch(run, candidate, verdict, number, chain)
        rows = sum(candidate.row_counts.values())
        return f"publication {number}: build {candidate.build_id}, {len(candidate.columns)} tables, {rows} rows"


def _verdict(run: cursor, candidate: Candidate, rules_sha256: str, code_lists_sha256: str) -> int:
    run.execute(
        """
        select gate_result_id, passed, data_sha256, rules_sha256, code_lists_sha256
        from ops.gate_results
        where gate = 'publication' and build_id = %s
        order by gate_result_id desc
        limit 1
        """,
        (candidate.build_id,),
    )
    found = run.fetchone()
    if found is None:
        raise NotPublishableError(f"build {candidate.build_id} was not judged yet; run: iscm validate")
    gate_result_id, passed, *judged = found
    if not passed:
        raise NotPublishableError(f"the verdict on build {candidate.build_id} is red (gate result {gate_result_id})")
    now = [candidate.sha256, rules_sha256, code_lists_sha256]
    for what, then, current in zip(("data", "rules", "code lists"), judged, now, strict=True):
        if then != current:
            raise NotPublishableError(f"the {what} changed since the verdict; run: iscm validate")
    return int(gate_result_id)


def _next(run: cursor) -> tuple[int, str]:
    """Number of the new publication and the chain hash of the one before."""
    run.execute("select publication_number, chain_sha256 from ops.publications order by 1 desc limit 1")
    last = run.fetchone()
    return (last[0] + 1, last[1]) if last else (1, GENESIS)


def _switch(run: cursor, candidate: Candidate, verdict: int, number: int, previous: str) -> None:
    # the code that built the figures, whatever code is there now
    run.execute("select git_revision from ops.builds where build_id = %s", (candidate.build_id,))
    (git_revision,) = run.fetchone() or ("unknown",)
    chained = "|".join([previous, str(number), str(candidate.build_id), str(verdict), git_revision, candidate.sha256])
    run.execute(
        """
        insert into ops.publications (
            publication_number, build_id, gate_result_id, git_revision, row_counts, data_sha256,
            previous_chain_sha256, chain_sha256
        ) values (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            number, candidate.build_id, verdict, git_revision, Json(candidate.row_counts), candidate.sha256,
            previous, hashlib.sha256(chained.encode()).hexdigest(),
        ),
    )  # fmt: skip
    run.execute(
        """
        insert into ops.publication_pointer (publication_number) values (%s)
        on conflict (only_row) do update set publication_number = excluded.publication_number
        """,
        (number,),
    )
