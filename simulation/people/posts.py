"""The made-up posts: where each sits, who pays for it, and for which ISCMs it works."""

from dataclasses import dataclass

from simulation.scene import SERIES

FUNDERS = {
    "own": (("OSI", "100", "no"),),
    "fifth": (("RSO", "20", "yes"), ("OSI", "80", "no")),
    "donor": (("DONOR", "100", "yes"),),
    "in_part": (("OSI", "50", "no"), ("DONOR", "30", "not_stated")),
    "open": (("DONOR", "", "yes"),),
    "not_stated": (("", "", ""),),
}
"""Funder, per cent of the post and whether the money comes back; blank where nobody says."""


@dataclass(frozen=True)
class Work:
    """What a post does for an ISCM; a blank percentage is not known, or the whole post when the basis is full time."""

    iscm: str
    percentage: str
    basis: str

    @property
    def full_time(self) -> bool:
        """Whether the whole post works for the ISCM."""
        return self.basis == "full_time"


@dataclass(frozen=True)
class Post:
    """A post, the office whose register names it, and what is stated of it; blank where nothing is."""

    number: str
    reporter: str
    office: str
    grade: str
    funding: str
    works: tuple[Work, ...]


def _post(number: str, reporter: str, office: str, grade: str, funding: str, *works: tuple[str, str, str]) -> Post:
    return Post(number, reporter, office, grade, funding, tuple(Work(*work) for work in works))


BANGKOK, SAN_JOSE, HEADQUARTERS = "RO-BANGKOK", "RO-SAN-JOSE", "HQ"
POSTS = (
    _post("BK-1", BANGKOK, "CO-BANGKOK", "P4", "own", ("BALI", "", "full_time")),
    _post("BK-2", BANGKOK, "CO-BANGKOK", "G5", "fifth", ("BALI", "", "full_time")),
    _post("BK-3", BANGKOK, "CO-CANBERRA", "P3", "donor", ("BALI", "100", "full_time")),
    _post("BK-4", BANGKOK, BANGKOK, "P5", "fifth", ("BALI", "20", "contract"), ("COLOMBO", "30", "terms_of_reference")),
    _post("BK-5", BANGKOK, BANGKOK, "P3", "in_part", ("BALI", "25.5", "log"), ("COLOMBO", "40", "estimate")),
    _post("BK-6", BANGKOK, "CO-BANGKOK", "NOA", "open", ("BALI", "50", "estimate"), ("COLOMBO", "33.33", "contract")),
    _post("BK-7", BANGKOK, "CO-BANGKOK", "G6", "own", ("COLOMBO", "", "full_time")),
    _post("BK-8", BANGKOK, BANGKOK, "P2", "not_stated", ("COLOMBO", "60", "contract"), ("BALI", "", "contract")),
    _post("BK-9", BANGKOK, BANGKOK, "", "fifth", ("COLOMBO", "15", "estimate")),
    _post("BK-10", BANGKOK, "CO-NEPAL", "NOB", "own", ("ADD", "35", "contract")),
    _post("BK-11", BANGKOK, "", "P3", "own", ("PIDC", "50", "log")),
    _post("BK-12", BANGKOK, BANGKOK, "D1", "own", ("PIDC", "5", "estimate")),
    _post("BK-13", BANGKOK, BANGKOK, "P4", "own", ("PIDC", "12.5", "contract"), ("ADD", "0", "contract")),
    _post("SJ-1", SAN_JOSE, SAN_JOSE, "P4", "own", ("RCM", "", "full_time")),
    _post("SJ-2", SAN_JOSE, SAN_JOSE, "G5", "own", ("RCM", "100", "full_time")),
    _post("SJ-3", SAN_JOSE, SAN_JOSE, "G6", "own", ("RCM", "", "full_time")),
    _post("SJ-4", SAN_JOSE, SAN_JOSE, "P3", "own", ("RCM", "40", "contract"), ("SACM", "20", "contract")),
    _post("SJ-5", SAN_JOSE, SAN_JOSE, "P2", "donor", ("SACM", "", "full_time")),
    _post("SJ-6", SAN_JOSE, SAN_JOSE, "G4", "fifth", ("SACM", "66.67", "log")),
    _post("SJ-7", SAN_JOSE, SAN_JOSE, "P3", "fifth", ("SACM", "", "terms_of_reference"), ("OCAM", "10", "estimate")),
    _post("SJ-8", SAN_JOSE, SAN_JOSE, "P4", "own", ("OCAM", "", "full_time")),
    _post("SJ-9", SAN_JOSE, SAN_JOSE, "P2", "own", ("SACM", "45", "contract"), ("MIDSA", "30", "contract")),
    _post("HQ-1", HEADQUARTERS, HEADQUARTERS, "P4", "fifth", (SERIES, "", "full_time")),
    _post("HQ-2", HEADQUARTERS, HEADQUARTERS, "P3", "donor", (SERIES, "50", "contract"), ("PAFOM", "50", "contract")),
    _post("HQ-3", HEADQUARTERS, HEADQUARTERS, "P2", "donor", (SERIES, "33.33", "log"), ("PAFOM", "20", "log")),
    _post("HQ-4", HEADQUARTERS, HEADQUARTERS, "G5", "donor", (SERIES, "10", "contract"), ("PAFOM", "60", "contract")),
    _post("HQ-5", HEADQUARTERS, HEADQUARTERS, "G6", "own", (SERIES, "45", "contract")),
)
NO_FULL_TIME = ("PIDC", "MIDWA")
"""ISCMs of which Headquarters says each year that nobody works full time for them."""
FIRST_NAMED = {"BK-7": 2, "SJ-9": 3}
"""Month whose register is the first to name a post that worked before."""
LAST_NAMED = {"SJ-4": 5}
"""Month whose register is the last to name a post that goes on."""
RECLASSIFIED = {"BK-3": (4, "P4"), "SJ-6": (8, "G5")}
"""Month from which a post has another grade."""
