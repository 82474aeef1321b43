"""Contracts: Open Data Contract Standard YAML, and all that the checks derive from it."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

from ingestion import contract as module
from ingestion.contract import (
    ContractError,
    UnknownFeedError,
    code_list,
    code_lists_sha256,
    contract,
    feeds,
    read_contract,
)
from ingestion.row_rules import ROW_CHECKS
from ingestion.values import checker
from tests.unit.builders import FEEDS
from warehouse.settings import PROJECT, settings

FINANCE = {
    "osi_allocations", "project_ledger", "projects", "project_iscm_shares", "contributions", "exchange_rates",
    "source_claims",
}  # fmt: skip
STAFFING = {"posts", "assignments", "standard_costs", "terms_of_reference"}
EVENTS = {"event_reports"}


def test_the_feeds_are_those_that_have_a_contract_and_none_of_the_design_is_missing() -> None:
    assert feeds() == sorted(path.stem for path in settings().contracts.iterdir())
    assert set(feeds()) >= FINANCE | STAFFING | EVENTS


@pytest.mark.parametrize("feed", FEEDS)
def test_a_contract_is_valid_by_the_open_data_contract_standard(feed: str) -> None:
    standard = json.loads(OpenDataContractStandard.json_schema())
    document = yaml.safe_load((settings().contracts / f"{feed}.yaml").read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(standard)(standard)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize("feed", FEEDS)
def test_a_contract_says_what_the_file_covers_and_what_makes_a_row_unique(feed: str) -> None:
    terms = contract(feed)
    assert {terms.office_column, terms.period_column} <= {c.name for c in terms.columns if c.required}
    assert terms.key
    # a younger part of a key may be blank; the first never
    assert terms.column(terms.key[0]).required
    assert all(c.required for c in terms.columns if c.key) or feed == "posts"
    assert len(set(terms.names)) == len(terms.names)


@pytest.mark.parametrize("feed", FEEDS)
def test_every_column_has_a_meaning_and_an_example_that_passes_its_own_check(feed: str) -> None:
    document = yaml.safe_load((settings().contracts / f"{feed}.yaml").read_text(encoding="utf-8"))
    examples = {item["name"]: item["examples"] for item in document["schema"][0]["properties"]}
    assert tuple(examples) == contract(feed).names
    for column in contract(feed).columns:
        assert column.description
        assert examples[column.name]
        wrong = {value: checker(column)(value) for value in examples[column.name] if value != ""}
        assert not any(wrong.values()), f"{column.name}: {wrong}"


@pytest.mark.parametrize("feed", FEEDS)
def test_every_row_rule_is_known_and_speaks_of_columns_of_the_feed(feed: str) -> None:
    terms = contract(feed)
    assert len({rule.id for rule in terms.row_rules}) == len(terms.row_rules)
    for rule in terms.row_rules:
        assert rule.check in ROW_CHECKS
        assert rule.message.endswith(".")
        named = [rule.settings.get(key) for key in ("column", "other", "when")] + rule.settings.get("columns", [])
        assert set(filter(None, named)) <= set(terms.names)
        assert any(named)


@pytest.mark.parametrize("feed", FEEDS)
def test_every_feed_has_a_sample_file_and_a_staging_model(feed: str) -> None:
    assert [path for folder in ("sample", "sample_simulated") for path in (PROJECT / folder / feed).glob("*.*")]
    assert (PROJECT / "dbt_project" / "models" / "staging" / f"stg_{feed}.sql").exists()


def test_no_two_columns_of_a_feed_answer_to_the_same_heading() -> None:
    for feed in FEEDS:
        headings = [heading for c in contract(feed).columns for heading in (c.name, *c.aliases)]
        assert len(set(headings)) == len(headings) >= 3


def test_money_columns_are_those_with_two_decimals_and_a_currency_beside_them() -> None:
    for feed in ("osi_allocations", "project_ledger", "contributions"):
        assert contract(feed).amount_columns == ("amount",)
    costs = ("travel", "venue", "interpretation", "participants", "consultants")
    assert contract("event_reports").amount_columns == tuple(f"cost_{line}" for line in costs)
    # a per cent has no two decimals of money, a rate no two decimals, a standard cost no currency beside it
    for feed in ("posts", "project_iscm_shares", "exchange_rates", "standard_costs", "source_claims"):
        assert contract(feed).amount_columns == ()
    # the dearest of some cases stands in their sum already
    assert contract("reserve_fund_reports").amount_columns == ("amount",)


def test_a_rule_is_blocking_or_a_warning_and_nothing_else(tmp_path: Path) -> None:
    rules = {rule.id: rule.severity for rule in contract("reserve_fund_reports").row_rules}
    assert rules == {"period-order": "blocking", "period-covered": "blocking", "reserve-fund-limit": "warning"}
    text = (settings().contracts / "reserve_fund_reports.yaml").read_text(encoding="utf-8")
    (tmp_path / "odd.yaml").write_text(text.replace("severity: warning", "severity: odd"), encoding="utf-8")
    with pytest.raises(ContractError, match="odd"):
        read_contract(tmp_path / "odd.yaml")


def test_an_unknown_feed_is_refused_with_the_feeds_there_are() -> None:
    with pytest.raises(UnknownFeedError, match=re.escape(", ".join(FEEDS))):
        contract("salaries")


def test_a_feed_name_cannot_reach_a_file_outside_the_contracts() -> None:
    with pytest.raises(UnknownFeedError):
        contract("../contracts/posts")


def test_shared_code_lists_hold_codes_and_reach_the_columns() -> None:
    columns = {column.name: column for column in contract("osi_allocations").columns}
    assert columns["member_code"].codes == code_list("members") >= {"BALI", "RCPS_POOL", "COLOMBO"}
    assert columns["reporting_office"].codes == code_list("offices") >= {"OIG", "CO-NEPAL"}
    assert columns["currency"].codes == code_list("currencies") >= {"USD", "THB"}
    assert columns["amount"].codes is None
    of_iscm = {column.name: column for column in contract("assignments").columns}["iscm_code"]
    assert of_iscm.codes == code_list("iscms") == code_list("members") - {"RCPS_POOL"}
    assert of_iscm.codes >= {"BALI", "COLOMBO"}


def test_an_allocation_is_not_negative_and_a_ledger_line_may_correct_another() -> None:
    amounts = {feed: {c.name: c for c in contract(feed).columns} for feed in ("osi_allocations", "project_ledger")}
    allocation, line = (checker(columns["amount"]) for columns in amounts.values())
    assert [allocation(value) for value in ("0", "0.00", "0.01")] == [None] * 3
    assert [(allocation(value) or ("",))[0] for value in ("-0.01", "-25000")] == ["value-minimum"] * 2
    assert [line(value) for value in ("0", "-0.01", "-25000")] == [None] * 3
    assert amounts["osi_allocations"]["amount_basis"].codes == {"allocation"}
    assert amounts["project_ledger"]["amount_basis"].codes == {"allocation", "budget", "commitment", "actual"}


def test_the_hash_of_the_code_lists_changes_with_any_of_them(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_lists_sha256()
    changed = tmp_path / "offices.csv"
    changed.write_bytes(module.CODE_LISTS["offices"].read_bytes() + b"CO-X,x\n")
    monkeypatch.setitem(module.CODE_LISTS, "offices", changed)
    assert module.code_lists_sha256.__wrapped__() != before


def test_the_hash_of_a_contract_is_that_of_its_text(tmp_path) -> None:
    text = (settings().contracts / "posts.yaml").read_text(encoding="utf-8")
    (tmp_path / "posts.yaml").write_text(text.replace("maxLength: 60", "maxLength: 61"), encoding="utf-8")
    assert read_contract(tmp_path / "posts.yaml").sha256 != contract("posts").sha256
