"""Findings say, in one line, where something is wrong and what to do."""

from ingestion.findings import MAX_LISTED, Finding, Notebook, in_order


def test_a_sentence_names_file_sheet_row_column_value_and_rule() -> None:
    finding = Finding("value-number", "write a plain number", "Export", 48, "amount", "1.234,56-")
    assert finding.sentence("2026-10.xlsx") == (
        "2026-10.xlsx, sheet Export, row 48, column amount: write a plain number (found: '1.234,56-') [value-number]"
    )


def test_a_sentence_leaves_out_what_there_is_not() -> None:
    assert Finding("file-empty", "the file is empty").sentence("a.csv") == "a.csv: the file is empty [file-empty]"


def test_a_sentence_stays_one_line_whatever_the_value_holds() -> None:
    sentence = Finding("value-code", "not a code", row=2, value="x\ny\x1b[31m\r").sentence("a.csv")
    assert sentence.isprintable()


def test_an_empty_value_is_shown_and_no_value_is_not() -> None:
    assert "(found: '')" in Finding("r", "m", value="").sentence("a.csv")
    assert "found" not in Finding("r", "m").sentence("a.csv")


def test_a_sentence_stays_one_line_whatever_names_the_sender_chose() -> None:
    sentence = Finding("header-unknown", "delete it", "Sheet\n2", 1, "x\ry").sentence("a\nb.csv")
    assert sentence.isprintable()


def test_a_finding_blocks_unless_it_says_otherwise_and_is_whole_as_data() -> None:
    assert Finding("r", "m").as_dict() == {
        "rule_id": "r", "message": "m", "sheet": None, "row": None, "column": None, "value": None,
        "severity": "blocking", "cell": None, "reference": None, "scope": None,
    }  # fmt: skip


def test_a_finding_comes_back_from_its_data() -> None:
    finding = Finding("r", "m", "Export", 48, "amount", "1", "warning", "H48", "x_ref=AB-12", "r amount")
    assert Finding.from_dict(finding.as_dict()) == finding


def test_what_blocks_comes_first_then_what_stands_higher() -> None:
    found = [
        Finding("note", "m", severity="note"),
        Finding("c", "m", row=3),
        Finding("warning", "m", row=1, severity="warning"),
        Finding("b", "m", row=2, cell="C2"),
        Finding("a", "m", row=2, cell="B2"),
        Finding("file", "m"),
    ]
    assert [finding.rule for finding in in_order(found)] == ["file", "a", "b", "c", "warning", "note"]


def test_a_notebook_counts_all_and_lists_a_thousand() -> None:
    notes = Notebook()
    for row in range(MAX_LISTED + 5):
        notes.note(Finding("r", "m", row=row, severity="note"))
    assert (notes.counts["r"], len(notes.findings), notes.blocked) == (MAX_LISTED + 5, MAX_LISTED, False)


def test_what_blocks_is_listed_even_after_a_thousand_notes() -> None:
    notes = Notebook()
    for row in range(MAX_LISTED):
        notes.note(Finding("n", "m", row=row, severity="note"))
    for row in range(3):
        notes.note(Finding("b", "m", row=row))
    assert notes.blocked
    assert [finding.rule for finding in notes.findings[:4]] == ["b", "b", "b", "n"]
    assert len(notes.findings) == MAX_LISTED
