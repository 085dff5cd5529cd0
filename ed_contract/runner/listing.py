"""Counts in the list of what was made which objects have a name, page by page. Records no answer, judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from urllib.parse import urljoin, urlsplit

from ed_contract.contract import Contract
from ed_contract.contract.schemas import member
from ed_contract.interaction import Answer, Response
from ed_contract.record.history import Listed

PAGES = 10
"""At most."""
_IDS = 10  # of one name

Page = Callable[[str], Answer]
"""Gets what is at a path, with its query."""


def listed(contract: Contract, endpoint: str, names: Collection[str], page: Page) -> Listed:
    """Return the ids of the objects with these names that the list at an endpoint shows.

    Args:
        contract: says what a list looks like.
        endpoint: where creates are sent to; the list is what a GET gives there.
        names: those of this run.
        page: gets a page.
    """
    how, label = contract.parts.listing, contract.parts.identity.label
    found: dict[str, list[str]] = {name: [] for name in names}
    answered, url = False, endpoint
    for _ in range(PAGES if how is not None else 0):
        answer = page(_path(url))
        document = answer.document if isinstance(answer, Response) and answer.successful else None
        items = member(document, how.items) if how is not None and isinstance(document, dict) else None
        if how is None or not isinstance(items, list):
            break
        answered = True
        for item in (one for one in items if isinstance(one, dict)):
            ids = found.get(name) if isinstance(name := member(item, label), str) else None
            identifier = contract.identifier(item)
            if ids is not None and isinstance(identifier, str) and identifier not in ids and len(ids) < _IDS:
                ids.append(identifier)
        following = member(document, how.next) if how.next else None
        further = urljoin(url, following) if isinstance(following, str) and following else url
        if further == url or urlsplit(further)[:2] != urlsplit(endpoint)[:2]:
            break
        url = further
    return Listed(ids={name: tuple(ids) for name, ids in found.items()} if answered else None)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
