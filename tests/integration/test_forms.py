"""A form filled in offline is dropped like any other file; each form of a month stands for itself."""

from pathlib import Path

import openpyxl

from ingestion.contract import contract
from ingestion.form import write_form
from tests.integration.support import fetch, land
from warehouse.settings import Settings

EVENT = {
    "iscm_code": "RCM", "event_type": "senior_officials", "title": "Meeting", "period_start": "2020-03-01",
    "period_end": "2020-03-02", "reporting_office": "HQ", "reporting_period": "2020-03", "source_document": "form",
}  # fmt: skip


def filled(folder: Path, **answers: object) -> Path:
    """A form with these answers, as its sender saves it."""
    path = folder / "form.xlsx"
    write_form(contract("event_reports"), path)
    book = openpyxl.load_workbook(path)
    asked = {str(name.value): answer for name, _, answer in book["Form"].iter_rows(min_row=2, max_col=3) if name.value}
    given = {**EVENT, **answers}
    assert given.keys() <= asked.keys()
    for name, value in given.items():
        asked[name].value = value
    book.save(path)
    return path


def test_two_forms_of_one_month_stand_beside_each_other_and_a_corrected_one_takes_its_own_place(
    warehouse: Settings, tmp_path: Path
) -> None:
    for answers in ({"event_id": "SOM-1"}, {"event_id": "SOM-2"}, {"event_id": "SOM-1", "title": "Corrected"}):
        assert land(filled(tmp_path, **answers), "event_reports")["outcome"] == "accepted"
    current = fetch(
        "auditor",
        "select r.event_id, r.title, s.part from raw.event_reports as r"
        " join ops.current_submissions as s on r._submission_id = s.submission_id order by 1",
    )
    assert current == [("SOM-1", "Corrected", "SOM-1"), ("SOM-2", "Meeting", "SOM-2")]


def test_a_wrong_answer_is_named_by_its_own_cell(warehouse: Settings, tmp_path: Path) -> None:
    answer = land(filled(tmp_path, event_id="SOM-1", cost_travel="1,000"), "event_reports")
    (finding,) = answer["findings"]
    assert (finding["sheet"], finding["column"], finding["value"]) == ("Form", "cost_travel", "1,000")
    sheet = openpyxl.load_workbook(tmp_path / "form.xlsx")["Form"]
    assert sheet[finding["cell"]].value == "1,000"
    assert finding["row"] == sheet[finding["cell"]].row


def test_a_table_that_covers_the_month_of_a_form_is_refused(warehouse: Settings, tmp_path: Path) -> None:
    assert land(filled(tmp_path, event_id="SOM-1"), "event_reports")["outcome"] == "accepted"
    names = contract("event_reports").names
    row = {**EVENT, "event_id": "SOM-9", "reporting_period": "2020"}
    table = tmp_path / "table.csv"
    table.write_text(f"{','.join(names)}\n{','.join(row.get(name, '') for name in names)}\n")
    answer = land(table, "event_reports")
    assert [finding["rule_id"] for finding in answer["findings"]] == ["coverage-overlap"]
