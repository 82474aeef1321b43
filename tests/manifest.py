"""What dbt knows of the project: its manifest, by `dbt parse`, which needs no database."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from warehouse.services import program
from warehouse.settings import PROJECT

Manifest = dict[str, Any]


def parse(target: Path, project: Path = PROJECT / "dbt_project") -> Manifest:
    """Parse the project anew; the manifest as dbt writes it."""
    nowhere = {"ISCM_POSTGRES_HOST": "localhost", "ISCM_POSTGRES_PORT": "1", "ISCM_TRANSFORMER_PASSWORD": "none"}
    folders = ["--project-dir", str(project), "--profiles-dir", str(project)]
    folders += ["--target-path", str(target), "--log-path", str(target)]
    done = subprocess.run(
        [program("warehouse", "dbt"), "parse", "--quiet", *folders],
        env=os.environ | nowhere, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    manifest: Manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def tables(manifest: Manifest, *kinds: str) -> list[dict[str, Any]]:
    """Models, seeds and sources of our own project, or those of some kinds."""
    every = [*manifest["nodes"].values(), *manifest["sources"].values()]
    return [node for node in every if node["resource_type"] in (kinds or ("model", "seed", "source"))]
