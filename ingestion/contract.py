"""Feeds and their contracts: Open Data Contract Standard YAML, read into what the checks need.

A contract is the only definition of a feed; landing table, header check, row checks and later the template derive
from it.
"""

import csv
import hashlib
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from open_data_contract_standard.model import DataQuality, OpenDataContractStandard, SchemaProperty

from ingestion.findings import Severity, printable
from warehouse.settings import PROJECT, settings

CODE_LISTS = {
    **{path.stem: path for path in sorted((Path(__file__).parent / "code_lists").glob("*.csv"))},
    # the register of ISCMs is reference data of the models; senders are held to the same list
    "members": PROJECT / "dbt_project" / "seeds" / "ref_iscms.csv",
    "iscms": PROJECT / "dbt_project" / "seeds" / "ref_iscms.csv",
}
"""Where each list lies. `members` is the whole register; `iscms` leaves out its pools, which no post can work for."""


SEVERITY_OF: dict[str, Severity] = {"error": "blocking", "warning": "warning"}
"""What the words of a contract mean here."""

CONTROL_ENDING = ".control.csv"
"""How the name of a file of control totals ends, which comes beside its file."""


class UnknownFeedError(Exception):
    """No contract of that name; the message lists the feeds there are."""


class ContractError(Exception):
    """A contract cannot be read; the message says which and why."""


@dataclass(frozen=True)
class Column:
    """One column of a feed.

    `kind` is the physical type: text, date, integer or numeric(p,s). `codes` holds the values allowed, if listed.
    `numeric_cell` says that a workbook may hold a number in this column of text, as it does for a year.
    `may_be_absent`: the column is younger than files still sent; without its heading all its cells are blank.
    """

    name: str
    kind: str
    required: bool
    key: bool
    description: str
    example: str = ""
    aliases: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    max_length: int | None = None
    minimum: str | None = None
    maximum: str | None = None
    codes: frozenset[str] | None = None
    numeric_cell: bool = False
    may_be_absent: bool = False


@dataclass(frozen=True)
class RowRule:
    """A rule over several columns of one row: its id, its message, and the check with its settings.

    A row that breaks a rule of severity *warning* is held, never refused.
    """

    id: str
    message: str
    check: str
    settings: dict[str, Any]
    severity: Severity = "blocking"

    @cached_property
    def columns(self) -> frozenset[str]:
        """Names of the columns that the rule looks at."""
        single = (self.settings[name] for name in ("column", "other", "when") if name in self.settings)
        return frozenset((*single, *self.settings.get("columns", ())))


@dataclass(frozen=True)
class Contract:
    """The contract of one feed, with the hash of its text (stamped on every verdict).

    `subject_column` names whose amounts are compared from period to period, and `iscm_through` the feed and column that
    lead from a subject to its ISCM, where it is none itself. `key_forever`: a key is never used twice, in no other file
    either. `control_required`: a file must come with its control totals.
    """

    feed: str
    title: str
    purpose: str
    version: str
    sha256: str
    sheet: str
    office_column: str
    period_column: str
    columns: tuple[Column, ...]
    row_rules: tuple[RowRule, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    control_required: bool = False
    subject_column: str | None = None
    iscm_through: tuple[str, str] | None = None
    key_forever: bool = False
    owner: str = ""
    submitter: str = ""
    due: str = ""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Column names in the order of the contract, which is that of the landing table."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name."""
        return self.columns[self.names.index(name)]

    @cached_property
    def key(self) -> tuple[str, ...]:
        """Names of the columns that together are unique in a file."""
        return tuple(column.name for column in self.columns if column.key)

    @cached_property
    def named(self) -> tuple[str, ...]:
        """Names of the columns that say what a row is about: its key and its subject."""
        subject = () if self.subject_column in (None, *self.key) else (str(self.subject_column),)
        return (*self.key, *subject)

    @cached_property
    def amount_columns(self) -> tuple[str, ...]:
        """Names of the money columns, those with two decimals and a currency beside them."""
        if "currency" not in self.names:
            return ()
        return tuple(column.name for column in self.columns if column.kind == "numeric(18,2)")


def feeds() -> list[str]:
    """Names of all feeds, those that have a contract."""
    return sorted(path.stem for path in settings().contracts.glob("*.yaml"))


def contract(feed: str) -> Contract:
    """The contract of `feed`.

    Raises:
        UnknownFeedError: there is none.
        ContractError: the YAML is not an Open Data Contract, or not one of ours.
    """
    if feed not in feeds():
        raise UnknownFeedError(f"there is no feed {printable(feed)!r}; the feeds are: {', '.join(feeds())}")
    return read_contract(settings().contracts / f"{feed}.yaml")


@cache
def read_contract(path: Path) -> Contract:
    """The contract in the file at `path`; its feed is the file's name.

    Raises:
        ContractError: as for `contract`.
    """
    text = path.read_text(encoding="utf-8")
    try:
        return _parse(path.stem, text)
    except (KeyError, ValueError, TypeError, yaml.YAMLError) as error:
        raise ContractError(f"{path.name} is not a contract: {type(error).__name__}: {error}") from error


def _parse(feed: str, text: str) -> Contract:
    document = OpenDataContractStandard(**yaml.load(text, yaml.CSafeLoader))
    (table,) = document.schema_ or []
    custom = {item.property: item.value for item in document.customProperties or []}
    roles = {role.role: str(role.description) for role in document.roles or []}
    due = {item.property: str(item.value) for item in document.slaProperties or []}
    if custom.get("grammar", "iso") != "iso":
        raise ValueError(f"grammar {custom['grammar']!r} is not known; numbers and dates are read as iso")
    return Contract(
        feed=feed,
        title=str(document.name),
        purpose=str(document.description.purpose) if document.description else "",
        version=str(document.version),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        sheet=str(custom["sheet"]),
        office_column=str(custom["officeColumn"]),
        period_column=str(custom["periodColumn"]),
        columns=tuple(_column(item) for item in table.properties or []),
        row_rules=tuple(_row_rule(q) for q in table.quality or [] if isinstance(q.implementation, dict)),
        encoding=str(custom.get("encoding", "utf-8")),
        delimiter=str(custom.get("delimiter", ",")),
        control_required=custom.get("controlTotals") == "required",
        subject_column=custom.get("subjectColumn"),
        iscm_through=_pair(custom.get("iscmThrough")),
        key_forever=custom.get("keyScope") == "ever",
        owner=roles.get("owner", ""),
        submitter=roles.get("submitter", ""),
        due=due.get("timeOfAvailability", ""),
    )


def _pair(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    feed, column = text.split(".")
    return feed, column


def _row_rule(item: DataQuality) -> RowRule:
    called: dict[str, Any] = item.implementation  # type: ignore[assignment] # the standard allows a text as well
    return RowRule(str(item.id), str(item.description), str(called["check"]), called, SEVERITY_OF[str(item.severity)])


def _column(item: SchemaProperty) -> Column:
    options = item.logicalTypeOptions or {}
    custom = {entry.property: entry.value for entry in item.customProperties or []}
    codes: frozenset[str] | None = None
    if item.enum:
        codes = frozenset(str(entry.value) for entry in item.enum)
    elif "codeList" in custom:
        codes = code_list(str(custom["codeList"]))
    return Column(
        name=str(item.name),
        kind=str(item.physicalType),
        required=bool(item.required),
        key=bool(item.primaryKey),
        description=str(item.description),
        example=str((item.examples or [""])[0]),
        aliases=tuple(str(entry.synonym) for entry in item.synonyms or []),
        pattern=re.compile(options["pattern"], re.ASCII) if "pattern" in options else None,
        max_length=options.get("maxLength"),
        minimum=str(options["minimum"]) if "minimum" in options else None,
        maximum=str(options["maximum"]) if "maximum" in options else None,
        codes=codes,
        numeric_cell=custom.get("numericCell") == "allowed",
        may_be_absent=custom.get("heading") == "may_be_absent" and not item.required,
    )


@cache
def code_list(name: str) -> frozenset[str]:
    """The codes of a shared code list."""
    with CODE_LISTS[name].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return frozenset(row["code"] for row in rows if name != "iscms" or row["member_kind"] != "pool")


@cache
def code_lists_sha256() -> str:
    """Hash over all shared code lists, in the order of their names."""
    joined = b"".join(CODE_LISTS[name].read_bytes() for name in sorted(CODE_LISTS))
    return hashlib.sha256(joined).hexdigest()
