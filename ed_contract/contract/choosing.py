"""Which contract is meant, by settings or in Python: an edition of the page, or a document of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ed_contract.contract.contract import Contract, edition_of
from ed_contract.exceptions import UsageError
from ed_contract.options import Settings, changed


def chosen(settings: Settings) -> Contract | None:
    """Return the contract that settings ask for, or None if they ask for none.

    Raises:
        UsageError: there is no such edition, the document cannot be read, or settings ask for both.
    """
    if settings.contract is not None:
        if settings.edition is not None:
            raise _both()
        return Contract.load(Path(settings.contract), operation=settings.operation)
    if settings.operation is not None:
        raise UsageError("--operation needs --contract\ngive the document that the operation is in.")
    if settings.edition or settings.api_version:
        return Contract.load(edition_of(settings.edition, settings.api_version))
    return None


def settled(
    settings: Settings, given: Contract | Path | str | None, changes: dict[str, Any]
) -> tuple[Settings, Contract | None]:
    """Return settings with overriding changes, and the contract that they ask for, or None.

    Args:
        settings: what was set.
        given: a contract, or the path of its document; it overrides what settings ask for.
        changes: other values of fields of the settings.

    Raises:
        UsageError: as for `chosen`, or a field is unknown, or its value is invalid.
    """
    if given is not None and changes.get("edition") is not None:
        raise _both()
    if isinstance(given, Contract):
        return changed(settings, changes), given
    if given is not None:
        changes = {"edition": None, **changes, "contract": str(given)}
    elif changes.get("edition") is not None:
        changes = {"contract": None, "operation": None, **changes}
    now = changed(settings, changes)
    return now, chosen(now)


def _both() -> UsageError:
    return UsageError("an edition of the page and a contract of your own were both given\ngive one of them.")
