"""Publication: one pointer moves; each row is kept once for its span; what was said can be shown again and proved."""

import hashlib
import threading

import psycopg2
import pytest

from expectations.publication_gate import rules_sha256
from ingestion.contract import code_lists_sha256
from iscm import steps
from publication.publish import GENESIS, NotPublishableError, publish
from tests.integration.support import (
    add_candidate,
    change,
    fetch,
    judge,
    make_candidate,
    new_build,
    one,
    publish_rows,
    published,
    session,
)
from warehouse.database import connect
from warehouse.settings import Role, Settings

STEP_BACK = "update ops.publication_pointer set publication_number = {}"
SPANS = "select member, amount::text, _from, _to from history.mart_x order by member, _from"


def test_a_first_publication_shows_the_rows_with_its_number(warehouse: Settings) -> None:
    said = publish_rows([("a", "1.00"), ("b", None)])
    assert said == "publication 1: build 1, 1 tables, 2 rows"
    assert fetch("bi_reader", "select member, amount::text, publication_number from marts.mart_x order by 1") == [
        ("a", "1.00", 1),
        ("b", None, 1),
    ]
    assert one("bi_reader", "select publication_number from marts.current_publication") == 1


def test_publishing_the_same_build_again_changes_nothing(warehouse: Settings) -> None:
    publish_rows([("a", "1.00")])
    assert steps.publish() == "build 1 is publication 1 already; nothing to do"
    assert one("auditor", "select count(*) from ops.publications") == 1


def test_a_row_is_kept_once_for_the_publications_in_which_it_stands(warehouse: Settings) -> None:
    publish_rows([("stays", "1.00"), ("moves", "2.00"), ("goes", "3.00")])
    publish_rows([("stays", "1.00"), ("moves", "2.50"), ("comes", "4.00")])
    publish_rows([("stays", "1.00"), ("moves", "2.00"), ("comes", "4.00")])
    assert fetch("auditor", SPANS) == [
        ("comes", "4.00", 2, None),
        ("goes", "3.00", 1, 1),
        ("moves", "2.00", 1, 1),
        ("moves", "2.50", 2, 2),
        ("moves", "2.00", 3, None),
        ("stays", "1.00", 1, None),
    ]


def test_stepping_the_pointer_back_shows_what_was_said_then(warehouse: Settings) -> None:
    publish_rows([("a", "1.00"), ("gone", "7.00")])
    before = published()
    publish_rows([("a", "2.00")])
    after = published()
    change("publisher", STEP_BACK.format(1))
    assert published() == before != after
    assert one("bi_reader", "select publication_number from marts.current_publication") == 1
    change("publisher", STEP_BACK.format(2))
    assert published() == after


def test_publishing_after_a_step_back_goes_on_from_the_newest(warehouse: Settings) -> None:
    for amount in ("1.00", "2.00"):
        publish_rows([("a", amount)])
    change("publisher", STEP_BACK.format(1))
    publish_rows([("a", "3.00")])
    assert fetch("auditor", SPANS) == [("a", "1.00", 1, 1), ("a", "2.00", 2, 2), ("a", "3.00", 3, None)]
    assert [str(amount) for _, amount in published()] == ["3.00"]


def test_every_move_of_the_pointer_is_kept_in_order(warehouse: Settings) -> None:
    for amount in ("1.00", "2.00"):
        publish_rows([("a", amount)])
    change("publisher", STEP_BACK.format(1))
    assert fetch("auditor", "select publication_number, moved_by from ops.pointer_moves order by moved_at") == [
        (number, "publisher") for number in (1, 2, 1)
    ]


@pytest.mark.parametrize("role", ["publisher", "postgres"])
@pytest.mark.parametrize(
    "statement",
    [
        "update history.mart_x set amount = 9 where _to is null",
        "update history.mart_x set amount = 9 where _to is not null",
        "update history.mart_x set _to = null where _to is not null",
        "update history.mart_x set _to = 2 where _to is not null",
        "update history.mart_x set _from = 2 where _to is null",
        "update history.mart_x set _to = 2, amount = 9 where _to is null",
        "delete from history.mart_x",
        "truncate history.mart_x",
    ],
)
def test_what_was_published_is_not_changed(warehouse: Settings, role: Role, statement: str) -> None:
    publish_rows([("a", "1.00"), ("stays", "5.00")])
    publish_rows([("a", "2.00"), ("stays", "5.00")])
    before = fetch("auditor", SPANS)
    with pytest.raises(psycopg2.errors.RaiseException, match=r"history\.mart_x holds what was published"):
        change(role, statement)
    assert fetch("auditor", SPANS) == before


def test_a_publication_is_of_the_revision_that_built_it(warehouse: Settings) -> None:
    publish_rows([("a", "1.00")])
    revisions = "select p.git_revision, b.git_revision from ops.publications as p join ops.builds as b using (build_id)"
    assert fetch("auditor", revisions) == [("revision", "revision")]


def test_the_pointer_points_to_a_publication_and_there_is_one(warehouse: Settings) -> None:
    publish_rows([("a", "1.00")])
    with pytest.raises(psycopg2.errors.ForeignKeyViolation):
        change("publisher", STEP_BACK.format(9))
    with pytest.raises(psycopg2.errors.UniqueViolation):
        change("publisher", "insert into ops.publication_pointer (publication_number) values (1)")


def test_a_publication_that_fails_on_the_way_leaves_the_last_one_standing(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_rows([("a", "1.00")])
    make_candidate([("a", "2.00")])
    judge()

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("publication.publish._switch", crash)
        with pytest.raises(KeyboardInterrupt):
            steps.publish()
    assert [str(amount) for _, amount in published()] == ["1.00"]
    assert fetch("auditor", SPANS) == [("a", "1.00", 1, None)]
    assert steps.publish().startswith("publication 2")


def test_the_chain_of_hashes_can_be_computed_again_from_what_is_kept(warehouse: Settings) -> None:
    for amount in ("1.00", "2.00", "3.00"):
        publish_rows([("a", amount)])
    rows = fetch(
        "auditor",
        """
        select publication_number, build_id, gate_result_id, git_revision, data_sha256,
            previous_chain_sha256, chain_sha256
        from ops.publications order by 1
        """,
    )
    assert len(rows) == 3
    previous = GENESIS
    for number, build_id, verdict, revision, data, before, chain in rows:
        assert before == previous
        text = "|".join([previous, str(number), str(build_id), str(verdict), revision, data])
        assert chain == hashlib.sha256(text.encode()).hexdigest()
        previous = chain
    assert len({data for *_, data, _, _ in rows}) == 3


def test_a_new_column_is_added_and_a_gone_one_is_no_longer_shown(warehouse: Settings) -> None:
    publish_rows([("a", "1.00")])
    build_id = make_candidate([("a", "1.00")])
    change("transformer", "alter table candidate.mart_x drop column member, add column note text default 'new'")
    judge()
    steps.publish()
    assert build_id == 2
    assert fetch("bi_reader", "select * from marts.mart_x") == [
        (one("auditor", "select 1.00::numeric(18, 2)"), "new", 2)
    ]
    change("publisher", STEP_BACK.format(1))
    assert fetch("auditor", "select member, amount::text from history.mart_x where _from = 1") == [("a", "1.00")]


def test_a_column_whose_type_changed_is_refused_in_words(warehouse: Settings) -> None:
    publish_rows([("a", 1)], kind="integer")
    make_candidate([("a", "0.40")])
    judge()
    says = r"mart_x\.amount is numeric\(18,2\), published so far as integer; give the new column a new name"
    with pytest.raises(NotPublishableError, match=says):
        steps.publish()
    assert [str(amount) for _, amount in published()] == ["1"]
    assert one("auditor", "select count(*) from ops.publications") == 1


def test_a_table_that_is_gone_shows_no_row_as_part_of_the_new_publication(warehouse: Settings) -> None:
    build_id = new_build()
    for table in ("mart_x", "mart_old"):
        add_candidate(build_id, table, [("a", "1.00")])
    judge()
    steps.publish()
    change("transformer", "drop table candidate.mart_old")
    publish_rows([("a", "2.00")])
    left = fetch("publisher", "select to_regclass('marts.mart_old') is not null")
    assert left == [(False,)] or fetch("bi_reader", "select * from marts.mart_old") == []


def test_an_open_dashboard_query_does_not_hold_a_publication_up(warehouse: Settings) -> None:
    publish_rows([("a", "1.00")])
    make_candidate([("a", "2.00")])
    judge()
    with connect("bi_reader") as reader, reader.cursor() as run:
        run.execute("select * from marts.mart_x")
        with connect("publisher") as link, link.cursor() as waiting:
            waiting.execute("set lock_timeout = '3s'")  # the reader stays: waiting for it would be waiting for ever
            publish(link, rules_sha256(), code_lists_sha256())
    assert [str(amount) for _, amount in published()] == ["2.00"]


READS = (
    "select amount from marts.mart_x union all select amount from marts.mart_y",
    "select y.amount from marts.mart_y as y join marts.mart_x using (member) union all select amount from marts.mart_x",
)


def _read_until(stop: threading.Event, query: str, seen: list[tuple], errors: list[str]) -> None:
    with session("bi_reader") as run:
        while not stop.is_set():
            try:
                run.execute(query)
                seen.append(tuple({amount for (amount,) in run.fetchall()}))
            except psycopg2.Error as error:
                errors.append(str(error))


def test_no_reader_sees_two_publications_or_an_error_while_many_are_published(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=20s")  # a publication that starves ends the test

    def publish_everywhere(number: int) -> None:
        build_id = new_build()
        for table in ("mart_x", "mart_y"):
            add_candidate(build_id, table, [(str(n), number) for n in range(20)])
        judge()
        steps.publish()

    publish_everywhere(0)
    stop, seen, errors = threading.Event(), [], []
    readers = [threading.Thread(target=_read_until, args=(stop, READS[n % 2], seen, errors)) for n in range(4)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 31):
            publish_everywhere(number)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert errors == []
    assert [amounts for amounts in seen if len(amounts) != 1] == []
    assert len(set(seen)) > 5
