"""The limit of a build: the statements that dbt sent, sent again over four bare connections, each as soon as it may."""

import json
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import psycopg2

THREADS = 4  # as in dbt_project/profiles.yml
Node = dict[str, Any]


class Replay:
    """Models and data tests of the last dbt run, without dbt.

    Args:
        target: dbt's target folder, with the manifest and the results of a build from nothing.
        address: libpq connection string of the role that builds.
    """

    def __init__(self, target: Path, address: str) -> None:
        manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
        results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
        self._address = address
        self._nodes: dict[str, Node] = {}
        for result in results:
            name = result["unique_id"]
            if name.startswith("model."):
                node = manifest["nodes"][name]
                # a contract, for one, makes dbt create a table first and then fill it
                sent = target / "run" / node["package_name"] / node["original_file_path"]
                self._nodes[name] = node | {"sql": sent.read_text(encoding="utf-8").replace("__dbt_tmp", "")}
            elif name.startswith("test."):
                self._nodes[name] = manifest["nodes"][name] | {"sql": result["compiled_code"]}
        if not self._nodes:
            raise RuntimeError(f"{target} holds no results of a build")

    def forget(self) -> None:
        """Drop what the build has made; seeds stay."""
        for name in self._nodes:
            if name.startswith("model."):
                kind = "view" if self._kind(name) == "view" else "table"
                self._send(f"drop {kind} if exists {self._nodes[name]['relation_name']} cascade")

    def run(self) -> int:
        """Send everything, in the order of the dependencies; gives the number of statements.

        Raises:
            RuntimeError: a data test found rows.
        """
        waiting = {name: set(node["depends_on"]["nodes"]) & set(self._nodes) for name, node in self._nodes.items()}
        running: dict[Future[None], str] = {}
        with ThreadPoolExecutor(THREADS) as pool:
            while waiting or running:
                for name in [name for name, needs in waiting.items() if not needs]:
                    del waiting[name]
                    running[pool.submit(self._one, name)] = name
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    future.result()
                    done = running.pop(future)
                    for needs in waiting.values():
                        needs.discard(done)
        return len(self._nodes)

    def _kind(self, name: str) -> str:
        return str(self._nodes[name]["config"]["materialized"])

    def _one(self, name: str) -> None:
        node = self._nodes[name]
        if name.startswith("test."):
            (rows,) = self._send(f"select count(*) from ({node['sql']}) as found") or (None,)  # noqa: S608 - dbt's own
            if rows:
                raise RuntimeError(f"{name} found {rows} rows")
            return
        self._send(node["sql"])
        relation = node["relation_name"]
        for index in node["config"].get("indexes") or []:
            self._send(f"create index on {relation} ({', '.join(index['columns'])})")
        if self._kind(name) == "incremental":
            self._send(f"analyze {relation}")

    def _send(self, statement: str) -> tuple[Any, ...] | None:
        link = psycopg2.connect(self._address)
        try:
            with link, link.cursor() as run:
                run.execute(statement)
                return run.fetchone() if run.description else None
        finally:
            link.close()
