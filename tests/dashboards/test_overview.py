"""The investment overview as a manager sees it: in a real browser, and figure by figure against SQL."""

import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from playwright.sync_api import Page, sync_playwright

pytestmark = pytest.mark.stack

ROOT = Path(__file__).resolve().parents[2]
SLUG = "investment-overview"
SCOPE = "Selected ISCMs"
YEAR = 2019
CHROMIUM = os.environ.get("ISCM_CHROMIUM", "/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync", "--no-first-run"]
# chart -> metric, published view, aggregate; the reference for the totals of one year and one scope
TOTALS = [
    ("OSI", "total_usd", "mart_osi_by_iscm", "sum(amount_usd)"),
    ("OSI: bounds and completeness", "lower_total_usd", "mart_osi_by_iscm", "sum(lower_usd)"),
    ("OSI: bounds and completeness", "upper_total_usd", "mart_osi_by_iscm", "sum(upper_usd)"),
    ("Project support", "total_usd", "mart_project_support_by_iscm", "sum(amount_usd)"),
    ("Project support: bounds and completeness", "lower_total_usd", "mart_project_support_by_iscm", "sum(lower_usd)"),
    ("Project support: bounds and completeness", "upper_total_usd", "mart_project_support_by_iscm", "sum(upper_usd)"),
    ("Full-time staff", "headcount", "mart_full_time_staff_by_iscm", "sum(full_time_staff)"),
]
BY_YEAR = [
    ("OSI by ISCM and year (USD)", "total_usd", "mart_osi_by_iscm", "amount_usd"),
    ("OSI over the years", "total_usd", "mart_osi_by_iscm", "amount_usd"),
    ("Project support by ISCM and year (USD)", "total_usd", "mart_project_support_by_iscm", "amount_usd"),
    ("Project support over the years", "total_usd", "mart_project_support_by_iscm", "amount_usd"),
    ("Full-time staff by ISCM and year", "headcount", "mart_full_time_staff_by_iscm", "full_time_staff"),
    ("Full-time staff over the years", "headcount", "mart_full_time_staff_by_iscm", "full_time_staff"),
]
BOUNDS = "Project support: bounds by ISCM"


@pytest.fixture(scope="module")
def ask(stack: Any) -> Any:
    """Ask the warehouse itself, as the role that the dashboards use."""
    with psycopg2.connect(stack.bi_dsn) as connection, connection.cursor() as cursor:

        def run(query: str, values: tuple = ()) -> list[tuple]:
            cursor.execute(query, values)
            return cursor.fetchall()

        yield run
    connection.close()


def _exact(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def test_every_chart_answers(manager):
    charts = manager.charts()
    assert len(charts) >= 10
    for name, chart in charts.items():
        filters = {} if name.startswith("Source of") else {"report_scope": SCOPE}
        assert manager.rows(chart["form_data"], filters), f"{name}: no row"


@pytest.mark.parametrize(("chart", "metric", "view", "reference"), TOTALS)
@pytest.mark.parametrize("scope", [SCOPE, "Other ISCMs"])
def test_total_equals_sql(manager, ask, chart, metric, view, reference, scope):
    rows = manager.rows(manager.charts()[chart]["form_data"], {"report_scope": scope, "fiscal_year": YEAR})
    query = f"select {reference} from marts.{view} where report_scope = %s and fiscal_year = %s"
    assert len(rows) == 1
    assert _exact(rows[0][metric]) == ask(query, (scope, YEAR))[0][0]


def _bounds(manager: Any, filters: dict[str, Any]) -> dict[str | None, tuple[Decimal, Decimal]]:
    """ISCM -> lower and upper bound, as the tile shows them."""
    rows = manager.rows(manager.charts()[BOUNDS]["form_data"], filters)
    return {row["iscm_code"]: (_exact(row["lower_total_usd"]), _exact(row["upper_total_usd"])) for row in rows}


@pytest.mark.parametrize("year", [2018, YEAR, None])
@pytest.mark.parametrize("scope", [SCOPE, "Other ISCMs"])
def test_bounds_by_iscm_equal_sql(manager, ask, scope, year):
    """``None`` stands for all years."""
    query = """select iscm_code, sum(lower_usd), sum(upper_usd) from marts.mart_project_support_by_iscm
        where report_scope = %s and (%s is null or fiscal_year = %s) group by 1 having count(amount_usd) > 0"""
    expected = {code: (lower, upper) for code, lower, upper in ask(query, (scope, year, year))}
    assert expected
    shown = _bounds(manager, {"report_scope": scope} | ({"fiscal_year": year} if year else {}))
    assert shown == expected


@pytest.mark.parametrize(("filters", "upper"), [({"fiscal_year": YEAR}, 24_000), ({}, 2_375_200)])
def test_money_of_unknown_share_widens_the_bounds_of_its_iscm(manager, ask, filters, upper):
    """PLACMI may have served SACM; nobody recorded how much of it."""
    query = """select sum(upper_usd) from marts.mart_project_support_by_iscm
        where member_code = 'PLACMI' and fiscal_year = coalesce(%s, fiscal_year)"""
    assert ask(query, (filters.get("fiscal_year"),)) == [(upper,)]
    shown = _bounds(manager, {"report_scope": SCOPE} | filters)
    assert shown.pop("SACM") == (0, upper)
    assert len(shown) >= 6
    assert all(low == high for low, high in shown.values())


def test_bounds_by_iscm_add_up_to_the_bounds_above(manager):
    filters = {"report_scope": SCOPE, "fiscal_year": YEAR}
    whole = manager.rows(manager.charts()["Project support: bounds and completeness"]["form_data"], filters)[0]
    lower, upper = (sum(bound) for bound in zip(*_bounds(manager, filters).values(), strict=True))
    assert (lower, upper) == (_exact(whole["lower_total_usd"]), _exact(whole["upper_total_usd"]))


@pytest.mark.parametrize(("chart", "metric", "view", "column"), BY_YEAR)
def test_every_year_equals_sql(manager, ask, chart, metric, view, column):
    query = f"select fiscal_year, sum({column}) from marts.{view} where report_scope = %s group by fiscal_year"
    expected = dict(ask(query, (SCOPE,)))
    assert len(expected) >= 6
    shown: dict[int, Decimal] = dict.fromkeys(expected, Decimal(0))
    for row in manager.rows(manager.charts()[chart]["form_data"], {"report_scope": SCOPE}):
        shown[row["fiscal_year"]] += _exact(row[metric]) or 0
    assert shown == expected


@pytest.mark.parametrize("name", ["OSI", "Project support", "Full-time staff"])
def test_unknown_is_not_shown_as_zero(manager, ask, name):
    chart, metric, view, _ = next(entry for entry in TOTALS if entry[0] == name)
    state = "staff_state" if "staff" in view else "amount_state"
    query = f"""select fiscal_year, member_code from marts.{view} group by 1, 2
        having bool_and({state} = 'not_reported') order by 1, 2 limit 1"""
    unknown = ask(query)
    assert unknown, f"marts.{view} holds no member without a report; the test would prove nothing"
    year, member = unknown[0]
    rows = manager.rows(manager.charts()[chart]["form_data"], {"fiscal_year": year, "member_code": member})
    assert rows[0][metric] is None


def test_headcount_of_several_years_is_refused(manager):
    rows = manager.rows(manager.charts()["Full-time staff"]["form_data"], {"report_scope": SCOPE})
    assert [row["headcount"] for row in rows] == [None]


def test_publication_is_the_current_one(manager, ask):
    chart = next(chart for name, chart in manager.charts().items() if name.startswith("Source of"))
    rows = manager.rows(chart["form_data"], {})
    number, published = ask(
        "select publication_number, to_char(published_at at time zone 'UTC', 'FMDD Mon YYYY, HH24:MI')"
        " from marts.current_publication"
    )[0]
    assert rows == [{"publication_label": f"No. {number}", "published_at_utc": f"{published} UTC"}]


def _open_overview(page: Page, url: str, password: str) -> None:
    """Log in through the login page and wait until every chart of the overview has been drawn."""
    page.goto(f"{url}/login/")
    page.fill("input#username", "manager")
    page.fill("input#password", password)
    page.click("button[type=submit]")
    page.wait_for_url(re.compile(rf"/superset/dashboard/{SLUG}/"))
    page.wait_for_selector("[data-test-chart-name]")
    page.wait_for_function(
        """() => document.querySelectorAll('[data-test-chart-name]').length >= 17
            && !document.querySelector('[data-test="loading-indicator"], .ant-spin-spinning')"""
    )
    page.wait_for_load_state("networkidle")


def _picture(page: Page, path: Path) -> None:
    """Take a picture of the whole page, not only of the part that fits the window."""
    height = page.evaluate("Math.max(...[...document.querySelectorAll('*')].map(e => e.scrollHeight))")
    page.set_viewport_size({"width": 1440, "height": min(height + 20, 6000)})
    page.wait_for_timeout(2500)  # the charts are drawn with a movement
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(path), full_page=True)


def _card(page: Page, name: str) -> str:
    return page.locator(f'[data-test-chart-name="{name}"]').inner_text()


def _tooltip(page: Page, name: str) -> str:
    """Point at the middle of a bar chart. Returns what appears beside the pointer."""
    canvas = page.locator(f'[data-test-chart-name="{name}"] canvas').first
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] * 0.45, "y": box["height"] * 0.7})
    page.wait_for_timeout(1000)  # the words at the chart before go away slowly
    return page.locator(".echarts-tooltip:visible", has_text="Total").inner_text()


def test_manager_sees_the_overview_in_a_browser(stack, manager):
    requests: list[str] = []
    answers: dict[int, int] = {}
    errors: list[str] = []

    def note(response: Any) -> None:
        if "/api/v1/chart/data" in response.url:
            found = re.search(r"slice_id%22%3A\s*(\d+)", response.url)
            if found:
                answers[int(found.group(1))] = response.status

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.on("request", lambda request: requests.append(request.url))
        page.on("response", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        _open_overview(page, stack.superset_url.rstrip("/"), stack.superset_manager_password)
        cards = {name: _card(page, name) for name in ("OSI", "Project support", "Full-time staff")}
        text = page.inner_text("body")
        picture = Path(os.environ.get("ISCM_SCREENSHOT") or ROOT / "docs" / "images" / "investment-overview.png")
        _picture(page, picture)
        bounds = _card(page, BOUNDS)
        tooltips = [_tooltip(page, name) for name in ("OSI over the years", "Project support over the years")]
        browser.close()

    assert re.search(r"(?m)^338,300$", cards["OSI"]), cards["OSI"]
    assert re.search(r"(?m)^4,229,900$", cards["Project support"]), cards["Project support"]
    assert re.search(r"(?m)^8$", cards["Full-time staff"]), cards["Full-time staff"]
    assert re.search(r"(?m)^SACM\t0\t24,000\tPLACMI", bounds), bounds
    for tooltip in tooltips:
        assert re.search(r"Total\s+[\d,]{7,}$", tooltip), f"not the exact amount: {tooltip}"
    assert "allocations" in text
    assert "RCPs (pooled)" in text
    assert "PLACMI" in text
    outside = [url for url in requests if url.startswith("http") and urlsplit(url).hostname != "127.0.0.1"]
    assert len(requests) > 50
    assert outside == [], "the page must work without the internet"
    assert errors == []
    assert set(answers) == {chart["id"] for chart in manager.charts().values()}
    assert set(answers.values()) == {200}
    assert picture.stat().st_size > 50_000
