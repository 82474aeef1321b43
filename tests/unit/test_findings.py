"""Findings say, in one line, where something is wrong and what to do."""

from ingestion.findings import Finding


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


def test_a_finding_blocks_unless_it_says_otherwise() -> None:
    assert Finding("r", "m").as_dict() == {
        "rule": "r", "message": "m", "sheet": None, "row": None, "column": None, "value": None, "severity": "blocking",
    }  # fmt: skip
