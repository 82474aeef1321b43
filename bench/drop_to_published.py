"""How long from a corrected file in the drop folder to the new figure in the published view.

Run beside a running `make run` (same ISCM_HOME): python bench/drop_to_published.py --repeats 5
The clock starts when the file appears in the folder, so the settling time is inside.
"""

import argparse
import csv
import io
import os
import statistics
import time
from decimal import Decimal

from warehouse.database import connect
from warehouse.settings import PROJECT, settings

ROWS = 100
OFFICE, MEMBER = "IPD", "MIDSA"


def export(changed: Decimal) -> str:
    """A file of 100 allocations, the first of which is corrected to `changed`."""
    with (PROJECT / "sample" / "osi_allocations" / "2014-2019_OIG.csv").open(encoding="utf-8", newline="") as file:
        template = next(csv.DictReader(file))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(template))
    writer.writeheader()
    for number in range(ROWS):
        own = {"allocation_id": f"BENCH-{number}", "member_code": MEMBER, "reporting_office": OFFICE}
        writer.writerow(template | own | {"amount": str(changed if number == 0 else Decimal("1.00"))})
    return out.getvalue()


def published() -> Decimal | None:
    """The figure as the dashboards read it."""
    with connect("bi_reader") as link, link.cursor() as run:
        run.execute("select sum(amount_usd) from marts.mart_osi_by_iscm where member_code = %s", (MEMBER,))
        return (run.fetchone() or (None,))[0]


def measure(amount: Decimal) -> float:
    """Seconds from the file's appearance to its figure."""
    folder = settings().drop / "osi_allocations"
    aside = folder / f".bench-{amount}.part"
    aside.write_text(export(amount), encoding="utf-8")
    wanted = amount + ROWS - 1
    began = time.monotonic()
    aside.replace(folder / "bench.csv")
    while published() != wanted:
        time.sleep(0.1)
    return time.monotonic() - began


def main() -> None:
    """Drop corrected files one after the other and print each time, the median and the maximum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    base = Decimal(int(time.time()))
    times = []
    for number in range(repeats):
        times.append(measure(base + number))
        print(f"drop {number + 1} of {repeats}: {times[-1]:.1f} s", flush=True)
        time.sleep(5)  # the run that follows a publication ends first
    print(f"median {statistics.median(times):.1f} s, maximum {max(times):.1f} s, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
