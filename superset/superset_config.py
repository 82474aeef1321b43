"""Settings of the dashboard server. Everything that differs between machines comes from the environment.

Superset reads this file through ``SUPERSET_CONFIG_PATH``. The folder of this file must be on ``PYTHONPATH``.
Where a default of Superset 6.1 is kept although it looks open, the reason is written beside it.
"""

import os
from datetime import timedelta
from pathlib import Path

from cachelib.file import FileSystemCache
from read_secret import read_secret, read_signing_key
from web_hardening import LOGO, WAITING_SIGN, hide_people_from_non_admins, prepare_web_app

# --- what the machine gives -------------------------------------------------------------------------------
SECRET_KEY = read_signing_key("SUPERSET_SECRET_KEY")
SQLALCHEMY_DATABASE_URI = read_secret("ISCM_SUPERSET_METADATA_URI")
_HOME = Path(os.environ.get("SUPERSET_HOME") or Path.home() / ".superset")
_BEHIND_TLS = os.environ.get("ISCM_SUPERSET_HTTPS", "") == "1"

DATA_DIR = str(_HOME)
SQLALCHEMY_ENGINE_OPTIONS = {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8}
# No examples: neither database nor data. An in-memory address cannot be written to by mistake.
SQLALCHEMY_EXAMPLES_URI = "sqlite://"
PREVENT_UNSAFE_DB_CONNECTIONS = True
DATASET_IMPORT_ALLOWED_DATA_URLS: list[str] = []

# --- what is switched on and off --------------------------------------------------------------------------
FEATURE_FLAGS = {
    "ENABLE_TEMPLATE_PROCESSING": False,  # Jinja in charts is a way to run code on the server
    "ENABLE_JAVASCRIPT_CONTROLS": False,
    "ESCAPE_MARKDOWN_HTML": True,
    "EMBEDDED_SUPERSET": False,
    "ALERT_REPORTS": False,
    "THUMBNAILS": False,
    "SSH_TUNNELING": False,
    "DRILL_TO_DETAIL": False,
    "DRILL_BY": False,
    "ALLOW_ADHOC_SUBQUERY": False,
    "RLS_IN_SQLLAB": True,
    # The overview is short: draw all of it at once, so that a print or a picture holds every chart.
    "DASHBOARD_VIRTUALIZATION": False,
}
FAB_API_SWAGGER_UI = False
ENABLE_UI_THEME_ADMINISTRATION = False
PUBLIC_ROLE_LIKE = None
AUTH_ROLE_PUBLIC = "Public"
AUTH_USER_REGISTRATION = False
# The names of users and roles appear in "owner" drop-downs. Only an administrator needs them.
EXTRA_RELATED_QUERY_FILTERS = {"user": hide_people_from_non_admins, "role": hide_people_from_non_admins}
# Guest tokens and asynchronous queries are off; their published default keys are replaced all the same.
GUEST_TOKEN_JWT_SECRET = SECRET_KEY[::-1]
GLOBAL_ASYNC_QUERIES_JWT_SECRET = SECRET_KEY[::-1]
HTML_SANITIZATION = True
SHOW_STACKTRACE = False

# --- sessions and login -----------------------------------------------------------------------------------
SESSION_SERVER_SIDE = True
SESSION_TYPE = "cachelib"
_SESSIONS = _HOME / "sessions"
_SESSIONS.mkdir(mode=0o700, parents=True, exist_ok=True)
SESSION_CACHELIB = FileSystemCache(cache_dir=str(_SESSIONS), threshold=5000, mode=0o600)
SESSION_PERMANENT = True
PERMANENT_SESSION_LIFETIME = timedelta(hours=8)
SESSION_REFRESH_EACH_REQUEST = False  # eight hours after login it ends, whatever the user did meanwhile
SESSION_COOKIE_NAME = "iscm_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _BEHIND_TLS
ENABLE_PROXY_FIX = _BEHIND_TLS
WTF_CSRF_ENABLED = True
WTF_CSRF_TIME_LIMIT = int(PERMANENT_SESSION_LIFETIME.total_seconds())
# Wrong passwords are counted by login_guard.py: Superset's own limit no longer covers its login page, and a limit
# over all requests would hit a page that asks for 170 files at once.
RATELIMIT_ENABLED = False
AUTH_RATE_LIMITED = False


# --- the browser may talk to this server only -------------------------------------------------------------
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],  # the chart library sets style attributes
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,  # TLS is ended by the proxy in front, which also redirects
    "strict_transport_security": _BEHIND_TLS,
    "session_cookie_secure": _BEHIND_TLS,
}
THEME_FONT_URL_ALLOWED_DOMAINS: list[str] = []
FLASK_APP_MUTATOR = prepare_web_app

# --- fresh figures: a published figure is on the next page load -------------------------------------------
# Publications change monthly and the published views are small; a cache would only be able to show old money.
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
ROW_LIMIT = 50_000
SQL_MAX_ROW = 50_000
SUPERSET_WEBSERVER_TIMEOUT = 60

# --- looks ------------------------------------------------------------------------------------------------
APP_NAME = "ISCM investment"
FAVICONS = [{"href": LOGO, "type": "image/svg+xml"}]
LANGUAGES = {"en": {"flag": "us", "name": "English"}}
THEME_DEFAULT = {
    "token": {
        "brandAppName": APP_NAME,
        "brandLogoAlt": "ISCM investment",
        "brandLogoUrl": LOGO,
        "brandLogoMargin": "14px 0",
        "brandLogoHref": "/",
        "brandLogoHeight": "30px",
        "brandSpinnerSvg": WAITING_SIGN,
        "colorPrimary": "#0F4C81",
        "colorLink": "#0F4C81",
        "colorError": "#B3261E",
        "colorWarning": "#B26A00",
        "colorSuccess": "#2E7D32",
        "colorInfo": "#3A7CA5",
        "fontUrls": [],  # fonts of the reader's own machine only
        "fontFamily": "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif",
        "fontFamilyCode": "Consolas, 'Liberation Mono', 'Courier New', monospace",
    },
    "algorithm": "default",
}
THEME_DARK = None
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "iscmMembers",
        "description": "Distinguishable in print and for readers with colour-vision deficiency",
        "label": "ISCM members",
        "isDefault": True,
        "colors": [
            "#0F4C81", "#E69F00", "#009E73", "#B4518D", "#56B4E9", "#8C564B",
            "#7F7F7F", "#C9B200", "#5E4FA2", "#D55E00", "#2CA6A4", "#A6761D",
        ],
    }
]  # fmt: skip
