"""References with a quota, with keys that expire, or that give an older destination to the same URL."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

from pathlib import Path

from common.faults.ledger import ACCOUNT
from common.faults.wire import Asked, Pieces, Script

from ed_contract.reference import Reference, RefusedError

FRESH = "sk_test_fresh_{:04}"


class Deduplicates(Reference):
    """Returns the existing destination for a URL, whoever created it, whenever."""

    def answer(self, create):
        url = (create.params.get("webhook_endpoint") or {}).get("url") if isinstance(create.params, dict) else None
        for one in self.store.of_account(create.account) if isinstance(url, str) else ():
            if one.url == url:
                self.validate(create.params)
                return self.replay_response(one, create)
        return super().answer(create)


def limited(count: int, status: int, code: str, message: str) -> type[Reference]:
    """Return a server that stores a limited number of destinations, and refuses more in these words."""

    class Limited(Reference):
        kept = 0

        def insert(self, destination):
            if self.kept >= count:
                raise RefusedError(status, code, message)
            self.kept += 1
            super().insert(destination)

    return Limited


def expiring(*moments: int, tells: bool = True) -> Script:
    """Return a script for a folder whose file `key` holds the valid key, which changes after a number of requests.

    Without `tells`, the file is not updated.
    """

    def placed(place: Path) -> Script:
        (place / "key").write_text(FRESH.format(0))

        def script(asked: Asked) -> Pieces | None:
            number = sum(asked.number > moment for moment in moments)
            fresh = FRESH.format(number)
            if fresh not in asked.app.keys:
                asked.app.keys = {fresh: ACCOUNT}
                if tells:
                    (place / "key").write_text(fresh)
            return None

        return script

    return placed
