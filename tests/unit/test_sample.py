"""Dropping the sample never takes the place of a file that waits there."""

import csv
from pathlib import Path

from ingestion.contract import feeds
from iscm.sample import SAMPLE, drop_sample
from warehouse.settings import PROJECT

SIMULATED = PROJECT / "sample_simulated"


def test_every_sample_is_dropped_byte_for_byte_and_nothing_simulated(tmp_path: Path) -> None:
    for feed in feeds():
        (tmp_path / feed).mkdir()
    dropped = drop_sample(tmp_path)
    assert len({name.split("/")[0] for name in dropped}) >= 10
    for name in dropped:
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes()
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.glob("*/*")) == sorted(dropped)


def test_a_simulated_file_says_so_in_every_row_and_the_sample_in_none() -> None:
    simulated = sorted(SIMULATED.glob("*/*.csv"))
    assert {path.parent.name for path in simulated} >= {"exchange_rates", "standard_costs"}
    for path in (*simulated, *SAMPLE.glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            documents = [row["source_document"] for row in csv.DictReader(file)]
        assert documents
        said = {document == "simulated, for trying out only" for document in documents}
        assert said == {path in simulated}, path


def test_a_correction_that_waits_under_the_same_name_is_left_alone(tmp_path: Path) -> None:
    for feed in feeds():
        (tmp_path / feed).mkdir()
    waiting = tmp_path / "osi_allocations" / "2014-2019_OIG.csv"
    waiting.write_text("corrected")
    assert "osi_allocations/2014-2019_OIG.csv" not in drop_sample(tmp_path)
    assert waiting.read_text() == "corrected"
