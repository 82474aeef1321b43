"""The page of a feed in the documentation, derived from its contract."""

from collections.abc import Iterator

from ingestion.contract import Column, Contract
from ingestion.wording import Wording, wording

LISTED = 30
"""A longer list of codes is named by its file only."""


def feed_page(terms: Contract) -> str:
    """The page as Markdown: purpose, roles, grammar, columns, codes and rules; it ends with a line feed."""
    words = wording(terms)
    lines = [
        f"# {terms.title}",
        "",
        f"Feed `{terms.feed}`, contract version {terms.version}. Made from `ingestion/contracts/{terms.feed}.yaml` by "
        f"`iscm feed-page {terms.feed}`; change the contract, not this page.",
        "",
        f"{terms.purpose} {words.usage}",
        "",
        *_facts(terms, words),
        "",
        "## Columns",
        "",
        "| column | meaning | type | must be filled | like | other headings |",
        "|---|---|---|---|---|---|",
        *(_column(column, words) for column in terms.columns),
        "",
        *_codes(terms, words),
        *_rules(terms),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _facts(terms: Contract, words: Wording) -> list[str]:
    control = "required" if terms.control_required else "honoured where they are given"
    return [
        f"- **One row**: {words.grain}",
        f"- **Unique in a file**: {', '.join(f'`{name}`' for name in terms.key)}",
        f"- **A file covers** one office (`{terms.office_column}`) and one period (`{terms.period_column}`)",
        f"- **Grammar**: {words.limitations}",
        f"- **Workbook**: sheet *{terms.sheet}*; **control totals** are {control}",
        f"- **Owner**: {terms.owner}. **Steward**: {words.steward}. **Submitter**: {terms.submitter}. "
        f"**Due**: {terms.due}.",
    ]


def _column(column: Column, words: Wording) -> str:
    kind = column.kind
    if column.name in words.codes:
        listed = words.lists.get(column.name)
        kind = f"code of {listed}" if listed else "code, see below"
    limits = [
        f"at least {column.minimum}" if column.minimum else "",
        f"at most {column.maximum}" if column.maximum else "",
    ]
    cells = (
        f"`{column.name}`",
        column.description,
        ", ".join(filter(None, (kind, *limits))),
        "yes" if column.required else "",
        f"`{column.example}`" if column.example else "",
        ", ".join(column.aliases),
    )
    return f"| {' | '.join(_cell(text) for text in cells)} |"


def _codes(terms: Contract, words: Wording) -> Iterator[str]:
    if not words.codes:
        return
    yield from ("## Codes", "")
    for name, meanings in words.codes.items():
        if len(meanings) > LISTED:
            yield f"- `{name}`: {len(meanings)} codes of the list *{words.lists[name]}*"
        else:
            yield f"- `{name}`: " + "; ".join(f"`{code}` {_cell(meaning)}" for code, meaning in meanings.items())
    yield ""


def _rules(terms: Contract) -> Iterator[str]:
    if not terms.row_rules:
        return
    yield from ("## Rules", "")
    for rule in terms.row_rules:
        held = " A warning: the file is held until a person accepts it." if rule.severity == "warning" else ""
        yield f"- {rule.message} [`{rule.id}`]{held}"


def _cell(text: str) -> str:
    """Text that cannot end a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")
