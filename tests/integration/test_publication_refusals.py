"""Nothing is published without a passed verdict on exactly these data, rules and code lists."""

import pytest
from click.testing import CliRunner

from ingestion.contract import code_lists_sha256
from iscm import steps
from iscm.cli import main
from publication import publish as publishing
from publication.candidate import NoCandidateError
from publication.publish import NotPublishableError, publish
from tests.integration.support import (
    add_candidate,
    change,
    judge,
    make_candidate,
    new_build,
    one,
    publish_rows,
    published,
)
from warehouse.database import connect
from warehouse.settings import Settings

ROWS = [("a", "1.00"), ("b", "2.00")]


def _refused(match: str) -> None:
    before = one("auditor", "select count(*) from ops.publications")
    with pytest.raises(NotPublishableError, match=match):
        steps.publish()
    assert one("auditor", "select count(*) from ops.publications") == before


def test_without_a_build_there_is_nothing_to_judge_or_publish(warehouse: Settings) -> None:
    _refused("there are no candidate marts; run: iscm build")
    with pytest.raises(NoCandidateError):
        steps.validate()


def test_without_a_verdict_nothing_is_published(warehouse: Settings) -> None:
    make_candidate(ROWS)
    _refused("build 1 was not judged yet; run: iscm validate")


def test_on_a_red_verdict_nothing_is_published(warehouse: Settings) -> None:
    make_candidate(ROWS)
    judge(passed=False)
    _refused("the verdict on build 1 is red")


def test_a_red_verdict_takes_an_earlier_green_one_back(warehouse: Settings) -> None:
    make_candidate(ROWS)
    judge()
    judge(passed=False)
    _refused("is red")


@pytest.mark.parametrize(
    "tampering",
    [
        "update candidate.mart_x set amount = amount + 0.01 where member = 'a'",
        "update candidate.mart_x set amount = null where member = 'a'",
        "update candidate.mart_x set member = 'c' where member = 'a'",
        "delete from candidate.mart_x where member = 'a'",
        "insert into candidate.mart_x select 'c', amount, build_id from candidate.mart_x where member = 'a'",
        "create table candidate.mart_y as select * from candidate.mart_x",
        "alter table candidate.mart_x rename column amount to amounts",
    ],
)
def test_data_that_changed_since_the_verdict_are_not_published(warehouse: Settings, tampering: str) -> None:
    make_candidate(ROWS)
    judge()
    change("transformer", tampering)
    _refused("the data changed since the verdict; run: iscm validate")


def test_rows_that_were_doubled_are_neither_published_nor_judged(warehouse: Settings) -> None:
    make_candidate(ROWS)
    judge()
    change("transformer", "insert into candidate.mart_x select * from candidate.mart_x")
    _refused(r"candidate\.mart_x holds 2 rows twice; its grain is broken")
    with pytest.raises(NoCandidateError, match="holds 2 rows twice"):
        steps.validate()


def test_a_verdict_by_other_rules_does_not_count(warehouse: Settings) -> None:
    make_candidate(ROWS)
    judge()
    with connect("publisher") as link, pytest.raises(NotPublishableError, match="the rules changed since the verdict"):
        publish(link, "0" * 64, code_lists_sha256())


def test_a_verdict_by_other_code_lists_does_not_count(warehouse: Settings) -> None:
    make_candidate(ROWS)
    judge(codes="0" * 64)
    _refused("the code lists changed since the verdict")


@pytest.mark.parametrize("status", ["error", "fail", "skipped", "warn", "runtime error"])
def test_a_build_with_a_node_that_did_not_succeed_is_not_published(warehouse: Settings, status: str) -> None:
    add_candidate(new_build(status=status), "mart_x", ROWS)
    _refused(f"build 1 is not complete, 0 of 1 dbt nodes succeeded. model.x: {status}")


def test_a_build_with_a_node_that_never_ran_is_not_published(warehouse: Settings) -> None:
    build_id = make_candidate(ROWS)
    judge()
    change(
        "transformer", f"insert into ops.dbt_results (build_id, node, status) values ({build_id}, 'test.y', 'declared')"
    )
    _refused("1 of 2 dbt nodes succeeded. test.y: did not run")


def test_a_build_of_which_dbt_said_nothing_is_not_published(warehouse: Settings) -> None:
    make_candidate(ROWS)
    change("transformer", "insert into ops.builds (git_revision) values ('revision')")
    _refused("build 2 is not complete, 0 of 0")


def test_a_node_counts_by_its_last_result(warehouse: Settings) -> None:
    add_candidate(new_build(status="error"), "mart_x", ROWS)
    change("transformer", "insert into ops.dbt_results (build_id, node, status) values (1, 'model.x', 'success')")
    judge()
    assert steps.publish().startswith("publication 1: build 1, 1 tables, 2 rows")
    change("transformer", "insert into ops.dbt_results (build_id, node, status) values (1, 'model.x', 'error')")
    _refused("not complete")


def test_tables_of_two_builds_are_not_published_together(warehouse: Settings) -> None:
    make_candidate(ROWS, "mart_old")
    make_candidate(ROWS, "mart_x")
    _refused(r"candidate\.mart_old is of build 1, the newest is 2; run: iscm build")


def test_a_row_of_another_build_among_the_rows_is_not_published(warehouse: Settings) -> None:
    make_candidate(ROWS)
    make_candidate(ROWS)
    change("transformer", "update candidate.mart_x set build_id = 1 where member = 'a'")
    _refused("is of build 1")


def test_a_row_that_changes_while_it_is_being_published_is_not_published(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_rows([("a", "0.50")])
    make_candidate(ROWS)
    judge()
    copying, tampered = publishing.store_rows, []

    def tamper_first(*arguments) -> None:
        change("transformer", "update candidate.mart_x set amount = 666 where member = 'a'")
        tampered.append(True)
        copying(*arguments)

    monkeypatch.setattr(publishing, "store_rows", tamper_first)
    try:
        steps.publish()
    except NotPublishableError:
        assert [str(amount) for _, amount in published()] == ["0.50"]
    else:
        assert [str(amount) for _, amount in published()] == ["1.00", "2.00"]
    assert tampered


def test_the_command_refuses_in_words_and_with_exit_code_3(warehouse: Settings) -> None:
    for step in ("validate", "publish"):
        result = CliRunner().invoke(main, [step])
        assert result.exit_code == 3
        assert "there are no candidate marts; run: iscm build" in result.stderr
