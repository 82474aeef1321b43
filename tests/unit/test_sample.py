"""Dropping the sample never takes the place of a file that waits there."""

from pathlib import Path

from ingestion.contract import feeds
from iscm.sample import SAMPLE, drop_sample


def test_every_feed_has_a_sample_and_each_is_dropped_byte_for_byte(tmp_path: Path) -> None:
    for feed in feeds():
        (tmp_path / feed).mkdir()
    dropped = drop_sample(tmp_path)
    assert sorted({name.split("/")[0] for name in dropped}) == feeds()
    for name in dropped:
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes()
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.glob("*/*")) == sorted(dropped)


def test_a_correction_that_waits_under_the_same_name_is_left_alone(tmp_path: Path) -> None:
    for feed in feeds():
        (tmp_path / feed).mkdir()
    waiting = tmp_path / "osi_allocations" / "2014-2019_OIG.csv"
    waiting.write_text("corrected")
    assert "osi_allocations/2014-2019_OIG.csv" not in drop_sample(tmp_path)
    assert waiting.read_text() == "corrected"
