"""The page stands in one place: who else knows a word of it is listed here, and the list only grows shorter."""

from __future__ import annotations

import re
from pathlib import Path

import ed_contract

HOME = Path(ed_contract.__file__).parent
WORDS = re.compile(
    "enabled_events|event_payload|events_from|snapshot_api_version|webhook_endpoint|amazon_eventbridge|aws_"
    "|signing_secret|other_accounts|livemode|event_destinations"
)
THE_PAGE = ("contract/", "reference/", "zoo/")
"""The document, and the second reading with the servers that are made of it."""
IN_WORDS = {
    "__init__.py",
    "cli/__init__.py",
}
"""They name the endpoint, in help."""
STRATEGIES = {"__init__", "page"}
"""The public ones that are named for the fields of the page, and an example of their use."""


def test_no_other_module_knows_a_word_of_the_page():
    """Nor is one listed that no longer does."""
    modules = {*HOME.rglob("*.py"), *(HOME / "strategies").glob("*.py")}  # which is a link in the work tree
    knowing = {
        str(path.relative_to(HOME))
        for path in modules
        if not str(path.relative_to(HOME)).startswith(THE_PAGE) and WORDS.search(path.read_text(encoding="utf-8"))
    }
    assert knowing == IN_WORDS | {f"strategies/{name}.py" for name in STRATEGIES}
