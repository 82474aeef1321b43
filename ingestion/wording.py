"""What people read of a contract and no check needs: usage, sections of the form, meanings of codes."""

import csv
from dataclasses import dataclass

import yaml
from open_data_contract_standard.model import OpenDataContractStandard, SchemaProperty

from ingestion.contract import CODE_LISTS, Contract, code_list
from warehouse.settings import settings


@dataclass(frozen=True)
class Wording:
    """Words of one contract.

    `sections` gives the section of each column on the form; a column that names none continues the one before it.
    `codes` gives the meaning of each code by column; `lists` the shared code list of a column, where it has one.
    """

    usage: str
    limitations: str
    grain: str
    steward: str
    sections: dict[str, str]
    codes: dict[str, dict[str, str]]
    lists: dict[str, str]


def wording(terms: Contract) -> Wording:
    """The words of the contract that `terms` was read from."""
    text = (settings().contracts / f"{terms.feed}.yaml").read_text(encoding="utf-8")
    document = OpenDataContractStandard(**yaml.safe_load(text))
    (table,) = document.schema_ or []
    said = document.description
    sections, codes, lists = {}, {}, {}
    section = terms.title
    for item in table.properties or []:
        custom = {entry.property: str(entry.value) for entry in item.customProperties or []}
        section = custom.get("section", section)
        name = str(item.name)
        sections[name] = section
        if "codeList" in custom:
            lists[name] = custom["codeList"]
        if meanings := _meanings(item, custom.get("codeList")):
            codes[name] = meanings
    return Wording(
        usage=str(said.usage) if said else "",
        limitations=str(said.limitations) if said else "",
        grain=str(table.dataGranularityDescription or ""),
        steward=next((str(role.description) for role in document.roles or [] if role.role == "steward"), ""),
        sections=sections,
        codes=codes,
        lists=lists,
    )


def _meanings(item: SchemaProperty, listed: str | None) -> dict[str, str]:
    if item.enum:
        return {str(entry.value): str(entry.description or "") for entry in item.enum}
    if listed is None:
        return {}
    with CODE_LISTS[listed].open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file) if row["code"] in code_list(listed)}
