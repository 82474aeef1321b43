"""What the web application needs beyond settings: error pages without outside fonts, and a home for managers."""

from base64 import b64encode
from typing import Any

import login_guard

OVERVIEW_SLUG = "investment-overview"
_PIXEL = b"https://apachesuperset.gateway.scarf.sh/pixel/"

_LOGO_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="7" fill="#0F4C81"/>'
    '<g fill="#fff"><rect x="7" y="17" width="4" height="8" rx="1"/><rect x="14" y="12" width="4" height="13" rx="1"/>'
    '<rect x="21" y="7" width="4" height="18" rx="1"/></g></svg>'
)
# In the page itself: no file to serve, nothing to fetch.
LOGO = "data:image/svg+xml;base64," + b64encode(_LOGO_SVG.encode()).decode()
# Superset looks for its waiting sign among sources that the installed package does not have, and complains each time.
WAITING_SIGN = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48" viewBox="0 0 32 32" fill="#0F4C81">'
    '<rect x="7" y="17" width="4" height="8" rx="1" opacity=".45"/>'
    '<rect x="14" y="12" width="4" height="13" rx="1" opacity=".7"/>'
    '<rect x="21" y="7" width="4" height="18" rx="1"/></svg>'
)

_ERROR_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body{{font-family:Arial,sans-serif;color:#23303d;max-width:38rem;margin:18vh auto;padding:0 1.5rem;line-height:1.5}}
a{{color:#0F4C81}}</style></head><body><h1>{title}</h1><p>{text}</p><p><a href="/">Back to the overview</a></p>
</body></html>"""
_ERROR_TEXTS = {
    403: ("Not open to you", "Your account has no access to this page. Ask the administrator if you need it."),
    404: ("Nothing here", "The page does not exist, or your account has no access to it."),
    500: ("Something went wrong", "The page could not be built. The details are in the server's log."),
}


def replace_error_page(response: Any) -> Any:
    """Put our own page in place of Superset's, which loads a font from outside and so needs the internet.

    A content security policy does not stop a ``preconnect`` hint, so the page itself must go.
    """
    wanted = _ERROR_TEXTS.get(response.status_code)
    if wanted and response.mimetype == "text/html":
        response.direct_passthrough = False
        response.set_data(_ERROR_PAGE.format(title=wanted[0], text=wanted[1]))
    return response


def take_out_telemetry(response: Any) -> Any:
    """Empty the address of the counting pixel that Superset's scripts load from an outside host on every page.

    The content security policy blocks it too; without the address the browser does not even try.
    """
    from flask import request

    if response.status_code == 200 and request.path.startswith("/static/assets/") and request.path.endswith(".js"):
        response.direct_passthrough = False
        content = response.get_data()
        if _PIXEL in content:
            response.set_data(content.replace(_PIXEL, b"data:,"))
    return response


def guide_request() -> Any:
    """Lead readers from the generic start page straight to the overview; tell nobody the version."""
    from flask import abort, redirect, request
    from flask_login import current_user
    from superset.extensions import security_manager

    if request.path == "/version":
        abort(404)  # which version runs here is nobody's business
    if request.path not in ("/", "/superset/welcome/") or not current_user.is_authenticated:
        return None
    if security_manager.is_admin():
        return None
    return redirect(f"/superset/dashboard/{OVERVIEW_SLUG}/")


def prepare_web_app(app: Any) -> None:
    """Called once by Superset when the application stands (``FLASK_APP_MUTATOR``)."""
    app.after_request(replace_error_page)
    app.after_request(take_out_telemetry)
    login_guard.install(app)
    app.before_request(guide_request)


def hide_people_from_non_admins(query: Any) -> Any:
    """Empty the drop-downs of users and roles for everybody but administrators."""
    from sqlalchemy import false
    from superset.extensions import security_manager

    return query if security_manager.is_admin() else query.filter(false())
