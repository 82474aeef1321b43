"""Builds: which submissions the candidate marts are made from."""

from psycopg2.extensions import connection


def open_build(link: connection, git_revision: str) -> tuple[int, int]:
    """Open a build on all submissions that are current now; as `transformer`. The caller commits.

    Returns:
        Number of the build and how many submissions it is made from.
    """
    with link.cursor() as run:
        run.execute("insert into ops.builds (git_revision) values (%s) returning build_id", (git_revision,))
        (build_id,) = run.fetchone() or (0,)
        run.execute(
            """
            insert into ops.build_inputs (build_id, submission_id)
            select %s, submission_id from ops.current_submissions
            """,
            (build_id,),
        )
        return int(build_id), run.rowcount


MAX_TRIES = 5


def tries(link: connection, git_revision: str) -> int:
    """How many builds of this code were made from exactly the submissions that are current now."""
    with link.cursor() as run:
        run.execute(
            """
            select count(*)
            from (
                select array_agg(i.submission_id order by i.submission_id) as inputs
                from ops.builds as b
                join ops.build_inputs as i using (build_id)
                where b.git_revision = %s
                group by b.build_id
            ) as built
            where built.inputs = (
                select array_agg(s.submission_id order by s.submission_id) from ops.current_submissions as s
            )
            """,
            (git_revision,),
        )
        return int((run.fetchone() or (0,))[0])


def unpublished(link: connection) -> list[tuple[int, str, str]]:
    """Current submissions that are not in the newest publication: number, feed and file name of each."""
    with link.cursor() as run:
        run.execute(
            """
            select s.submission_id, s.feed, s.file_name
            from ops.current_submissions as s
            where s.submission_id not in (
                select i.submission_id
                from ops.build_inputs as i
                where i.build_id = (select max(p.build_id) from ops.publications as p)
            )
            order by s.submission_id
            """
        )
        return run.fetchall()
