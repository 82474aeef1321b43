"""What each command does, with connections and settings filled in; the thinnest layer over the rooms below."""

import os
import subprocess

from warehouse.database import MINIMUM_VERSION, connect, server_version, uri
from warehouse.settings import PROJECT, settings


def git_revision() -> str:
    """Revision of the running code: from the setting (containers), else from git, else `unknown`."""
    if settings().git_revision:
        return str(settings().git_revision)
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            cwd=PROJECT, capture_output=True, text=True, check=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def migrate() -> list[str]:
    """Roles, databases, schemas, landing tables; returns a line for each thing worth saying."""
    from ingestion.landing_tables import ensure_landing_tables
    from warehouse.bootstrap import bootstrap
    from warehouse.credentials import known_secrets
    from warehouse.migrate import migrate as run_migrations

    bootstrap(known_secrets(settings().home))
    run_migrations()
    with connect("migrator") as link:
        feeds = ensure_landing_tables(link)
        version = server_version(link)
    lines = [f"PostgreSQL {version}, {len(feeds)} feeds: {', '.join(feeds)}"]
    if version < MINIMUM_VERSION:
        lines.append(f"warning: this is PostgreSQL {version}; the warehouse is made for {MINIMUM_VERSION} or later")
    return lines


def pending() -> tuple[bool, list[str]]:
    """Whether a build is due, and the accepted submissions that wait for publication, one line each.

    What failed often on the same input and code is not tried again until one of them changes.
    """
    from publication.builds import MAX_TRIES, tries, unpublished

    with connect("auditor") as link:
        waiting = [f"submission {number}: {feed}/{file}" for number, feed, file in unpublished(link)]
        tried = tries(link, git_revision())
    if not waiting:
        return False, ["everything received is published"]
    if tried >= MAX_TRIES:
        return False, [
            *waiting,
            f"built {tried} times from these submissions without success; see the last build's log",
        ]
    return True, waiting


def open_build() -> str:
    """Fix the inputs of the next build."""
    from publication.builds import open_build as fix

    with connect("transformer") as link:
        build_id, inputs = fix(link, git_revision())
    return f"build {build_id}: {inputs} submissions"


def dbt(*arguments: str) -> int:
    """Run dbt on the project as `transformer`; its exit code comes back."""
    from warehouse.services import program

    at = settings()
    target = at.home / "dbt"
    environment = os.environ | {
        "ISCM_POSTGRES_HOST": at.postgres_host,
        "ISCM_POSTGRES_PORT": str(at.postgres_port),
        "ISCM_DATABASE": at.database,
        "ISCM_TRANSFORMER_PASSWORD": at.password("transformer"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    folders = ["--project-dir", str(PROJECT / "dbt_project"), "--profiles-dir", str(PROJECT / "dbt_project")]
    folders += ["--target-path", str(target), "--log-path", str(target)]
    return subprocess.run([program("warehouse", "dbt"), *arguments, *folders], env=environment, check=False).returncode


def validate() -> tuple[bool, list[str]]:
    """Judge the candidate marts and record the verdict.

    Returns:
        Whether the gate passed, and the verdict in words.

    Raises:
        publication.candidate.NoCandidateError: there is no complete build to judge.
    """
    from expectations.publication_gate import judge, record
    from ingestion.contract import code_lists_sha256
    from publication.candidate import NoCandidateError, read_candidate

    with connect("publisher") as link:
        before = read_candidate(link)
    verdict = judge(uri("publisher"), before.build_id, before.row_counts)
    with connect("publisher") as link:
        if read_candidate(link).sha256 != before.sha256:
            raise NoCandidateError("the candidate marts changed while they were judged; run: iscm validate")
        record(link, verdict, before.sha256, code_lists_sha256())
    return verdict.passed, verdict.lines()


def publish() -> str:
    """Switch the candidate marts in.

    Raises:
        publication.publish.NotPublishableError: there is no passed verdict on exactly these data.
    """
    from expectations.publication_gate import rules_sha256
    from ingestion.contract import code_lists_sha256
    from publication.publish import publish as switch

    with connect("publisher") as link:
        return switch(link, rules_sha256(), code_lists_sha256())
