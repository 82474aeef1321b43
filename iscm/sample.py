"""The evaluation's own figures, dropped as a finance team would drop them."""

import shutil
from pathlib import Path

from warehouse.settings import PROJECT

SAMPLE = PROJECT / "sample"


def drop_sample(drop: Path) -> list[str]:
    """Copy each file of `sample/` into the drop folder of its feed.

    Returns:
        The files dropped, as `feed/name`.
    """
    dropped = []
    for source in sorted(SAMPLE.glob("*/*.*")):
        target = drop / source.parent.name / source.name
        # copied aside and renamed: nobody sees half a file; dot files are not looked at
        aside = target.with_name(f".{target.name}.part")
        shutil.copyfile(source, aside)
        aside.replace(target)
        dropped.append(f"{source.parent.name}/{source.name}")
    return dropped
