"""The evaluation's own figures, dropped as a finance team would drop them."""

import os
import shutil
from pathlib import Path

from warehouse.settings import PROJECT

SAMPLE = PROJECT / "sample"


def drop_sample(drop: Path) -> list[str]:
    """Copy each file of `sample/` into the drop folder of its feed.

    Returns:
        The files dropped, as `feed/name`; one that waits there under the same name is left alone.
    """
    dropped = []
    for source in sorted(SAMPLE.glob("*/*.*")):
        target = drop / source.parent.name / source.name
        # copied aside and renamed: nobody sees half a file; dot files are not looked at
        aside = target.with_name(f".{target.name}.part")
        shutil.copyfile(source, aside)
        try:
            os.link(aside, target)  # unlike a rename, a link never takes the place of a file that waits there
        except FileExistsError:
            continue
        finally:
            aside.unlink()
        dropped.append(f"{source.parent.name}/{source.name}")
    return dropped
