"""Great Expectations: is what was delivered plausible, and do the figures tie, before anybody sees them."""

import os

# nothing is sent outside: to be said before the library is imported
os.environ["GX_ANALYTICS_ENABLED"] = "false"
