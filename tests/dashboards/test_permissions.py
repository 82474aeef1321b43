"""A manager reaches the overview and nothing else; whoever is not logged in reaches nothing."""

from pathlib import Path

import pytest
import requests
import yaml

pytestmark = pytest.mark.stack

ROLES = Path(__file__).resolve().parents[2] / "superset" / "security" / "roles.yaml"
REFUSED = (401, 403, 404)

READ_REFUSED = [
    "/sqllab/",
    "/api/v1/sqllab/",
    "/api/v1/query/",
    "/api/v1/saved_query/",
    "/api/v1/database/",
    "/api/v1/database/1",
    "/api/v1/database/1/schemas/",
    "/api/v1/database/1/tables/?q=(schema_name:marts)",
    "/api/v1/dataset/",
    "/api/v1/dataset/1",
    "/api/v1/datasource/table/1/column/member_name/values/",
    "/explore/?slice_id=1",
    "/api/v1/explore/?slice_id=1",
    "/users/list/",
    "/roles/",
    "/api/v1/security/users/",
    "/api/v1/security/roles/",
    "/api/v1/security/permissions/",
    "/api/v1/log/",
    "/api/v1/dashboard/export/?q=!(1)",
    "/api/v1/chart/export/?q=!(1)",
    "/api/v1/dataset/export/?q=!(1)",
    "/api/v1/database/export/?q=!(1)",
    "/api/v1/assets/export/",
    "/api/v1/annotation_layer/",
    "/api/v1/report/",
    "/api/v1/rowlevelsecurity/",
    "/tablemodelview/list/",
    "/databaseview/list/",
    "/swagger/v1",
    "/version",
]
WRITE_REFUSED = [
    ("POST", "/api/v1/sqllab/execute/", {"database_id": 1, "sql": "select 1", "schema": "marts"}),
    ("POST", "/api/v1/sqllab/estimate/", {"database_id": 1, "sql": "select 1"}),
    ("POST", "/api/v1/database/", {"database_name": "x", "sqlalchemy_uri": "sqlite://"}),
    ("POST", "/api/v1/database/test_connection/", {"database_name": "x", "sqlalchemy_uri": "sqlite://"}),
    ("PUT", "/api/v1/database/1", {"expose_in_sqllab": True}),
    ("POST", "/api/v1/dataset/", {"database": 1, "schema": "marts", "table_name": "current_publication"}),
    ("PUT", "/api/v1/dataset/1", {"sql": "select 1"}),
    ("DELETE", "/api/v1/dataset/1", None),
    ("POST", "/api/v1/chart/", {"slice_name": "x", "datasource_id": 1, "datasource_type": "table"}),
    ("PUT", "/api/v1/chart/1", {"slice_name": "x"}),
    ("DELETE", "/api/v1/chart/1", None),
    ("POST", "/api/v1/dashboard/", {"dashboard_title": "x"}),
    ("PUT", "/api/v1/dashboard/1", {"dashboard_title": "x"}),
    ("PUT", "/api/v1/dashboard/1/colors", {"color_scheme": "supersetColors"}),
    ("PUT", "/api/v1/dashboard/1/filters", {"modified": [], "deleted": []}),
    ("POST", "/api/v1/dashboard/1/copy/", {"dashboard_title": "x", "json_metadata": "{}"}),
    ("POST", "/api/v1/dashboard/1/embedded", {"allowed_domains": []}),
    ("DELETE", "/api/v1/dashboard/1", None),
    ("POST", "/api/v1/assets/import/", {}),
    ("POST", "/api/v1/dashboard/import/", {}),
    ("POST", "/api/v1/security/users/", {"username": "x"}),
    ("POST", "/api/v1/security/guest_token/", {"user": {}, "resources": [], "rls": []}),
    ("POST", "/api/v1/theme/", {"theme_name": "x", "json_data": "{}"}),
    ("PUT", "/api/v1/me/", {"password": "another-password-1"}),
]


def test_manager_gets_the_overview(manager):
    page = manager.call("GET", "/superset/dashboard/investment-overview/")
    assert page.status_code == 200
    assert manager.get_json("/api/v1/dashboard/investment-overview")["result"]["published"] is True


def test_manager_is_led_home(manager):
    answer = manager.call("GET", "/superset/welcome/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/superset/dashboard/investment-overview/")


def test_manager_sees_no_other_dashboard_or_chart(manager):
    assert [row["slug"] for row in manager.get_json("/api/v1/dashboard/")["result"]] == ["investment-overview"]
    listed = {row["slice_name"] for row in manager.get_json("/api/v1/chart/?q=(page_size:100)")["result"]}
    assert listed == set(manager.charts())


@pytest.mark.parametrize("path", READ_REFUSED)
def test_manager_may_not_read(manager, path):
    answer = manager.call("GET", path)
    assert answer.status_code in REFUSED, f"{answer.status_code} {answer.text[:200]}"


@pytest.mark.parametrize(("method", "path", "body"), WRITE_REFUSED, ids=lambda value: str(value)[:60])
def test_manager_may_not_change(manager, method, path, body):
    answer = manager.call(method, path, body)
    assert answer.status_code in REFUSED, f"{answer.status_code} {answer.text[:200]}"


def test_manager_cannot_ask_a_dataset_outside_the_role(manager, admin):
    """The administrator makes a dataset of another relation; the manager asks for its data by number."""
    database = admin.get_json("/api/v1/database/")["result"][0]["id"]
    body = {"database": database, "schema": "pg_catalog", "table_name": "pg_tables"}
    made = admin.call("POST", "/api/v1/dataset/", body)
    assert made.status_code == 201, made.text[:200]
    number = made.json()["id"]
    try:
        form = {"datasource": f"{number}__table", "groupby": ["tablename"], "metrics": ["count"]}
        assert admin.query(form, {}).status_code == 200
        assert manager.query(form, {}).status_code in REFUSED
    finally:
        assert admin.call("DELETE", f"/api/v1/dataset/{number}").status_code == 200


def test_manager_cannot_smuggle_sql_into_a_chart(manager):
    form = dict(manager.charts()["OSI"]["form_data"])
    form["metric"] = {
        "expressionType": "SQL",
        "label": "x",
        "sqlExpression": "(select count(*) from marts.current_publication)",
    }
    assert manager.query(form, {}).status_code != 200


def test_names_of_people_are_not_listed(manager, admin):
    assert admin.get_json("/api/v1/dashboard/related/owners")["count"] >= 2
    assert manager.get_json("/api/v1/dashboard/related/owners") == {"count": 0, "result": []}


@pytest.mark.parametrize("path", ["/api/v1/dashboard/", "/api/v1/chart/", "/superset/dashboard/investment-overview/"])
def test_without_login_nothing_is_shown(stack, path):
    answer = requests.get(stack.superset_url + path, allow_redirects=False, timeout=30)
    if answer.status_code == 200:
        assert answer.json()["count"] == 0
    else:
        assert answer.status_code in (*REFUSED, 302)
        assert "338,300" not in answer.text


def test_roles_on_the_server_are_those_of_the_file(admin):
    wanted = yaml.safe_load(ROLES.read_text(encoding="utf-8"))["roles"]
    roles = {row["name"]: row["id"] for row in admin.get_json("/api/v1/security/roles/?q=(page_size:100)")["result"]}
    assert wanted
    for name, definition in wanted.items():
        held = admin.get_json(f"/api/v1/security/roles/{roles[name]}/permissions/")["result"]
        plain = {(item["permission_name"], item["view_menu_name"]) for item in held}
        datasets = {view for permission, view in plain if permission == "datasource_access"}
        plain = {pair for pair in plain if pair[0] != "datasource_access"}
        assert plain == {tuple(pair) for pair in definition["permissions"]}
        assert len(datasets) == len(definition["datasets"])
        for dataset in definition["datasets"]:
            assert any(f"[{dataset.split('.')[1]}]" in view for view in datasets)


def test_only_the_listed_people_exist(admin):
    listed = set(yaml.safe_load(ROLES.read_text(encoding="utf-8"))["users"])
    found = {row["username"] for row in admin.get_json("/api/v1/security/users/?q=(page_size:100)")["result"]}
    assert found == listed


def test_only_the_warehouse_is_connected(admin):
    found = [row["database_name"] for row in admin.get_json("/api/v1/database/")["result"]]
    assert found == ["ISCM warehouse"]


def test_pages_carry_a_strict_content_policy_and_a_guarded_cookie(stack, manager):
    page = manager.call("GET", "/superset/dashboard/investment-overview/")
    policy = page.headers["Content-Security-Policy"]
    assert "http" not in policy
    assert "'unsafe-eval'" not in policy
    script = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "'unsafe-inline'" not in script
    cookie = requests.get(f"{stack.superset_url}/login/", timeout=30).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_error_pages_fetch_nothing_from_outside(manager):
    answer = manager.http.get(f"{manager.url}/no-such-page", headers={"Accept": "text/html"}, timeout=30)
    assert answer.status_code == 404
    assert "http" not in answer.text.replace("<!doctype html>", "")


def test_logout_ends_the_session_on_the_server(stack, manager):
    """A stolen cookie is worth nothing once its owner has logged out."""
    other = type(manager)(stack.superset_url, "manager", stack.superset_manager_password)
    stolen = dict(other.http.cookies)
    assert requests.get(f"{other.url}/api/v1/me/", cookies=stolen, timeout=30).status_code == 200
    other.call("GET", "/logout/")
    assert requests.get(f"{other.url}/api/v1/me/", cookies=stolen, timeout=30).status_code == 401


def test_guessing_passwords_is_stopped(stack):
    """Ten wrong passwords for one name; also when an earlier run has used them up."""
    url = f"{stack.superset_url.rstrip('/')}/api/v1/security/login"
    guess = {"username": "nobody-of-this-name", "password": "wrong", "provider": "db"}
    answers = [requests.post(url, json=guess, timeout=30).status_code for _ in range(12)]
    assert set(answers) <= {401, 429}
    assert answers[-1] == 429
