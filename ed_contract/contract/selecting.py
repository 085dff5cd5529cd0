"""Chooses requirements by globs of their ids."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping

from ed_contract.contract.unknown import unknown
from ed_contract.exceptions import UsageError
from ed_contract.requirement import Requirement


def select(
    requirements: Mapping[str, Requirement], only: Iterable[str] | str = (), skip: Iterable[str] | str = ()
) -> tuple[Requirement, ...]:
    """Return the requirements whose id matches a glob of `only` (none: all) and no glob of `skip`; a text is one.

    A glob matches as in a shell, `*` over slashes too. One that matches nothing raises UsageError.
    """
    only, skip = ((globs,) if isinstance(globs, str) else tuple(globs) for globs in (only, skip))
    for glob in (*only, *skip):
        if not fnmatch.filter(requirements, glob):
            raise UsageError(unknown(glob, "requirement that matches", requirements))
    return tuple(
        row
        for row in requirements.values()
        if (not only or any(fnmatch.fnmatchcase(row.id, glob) for glob in only))
        and not any(fnmatch.fnmatchcase(row.id, glob) for glob in skip)
    )
