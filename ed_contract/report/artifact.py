"""Which file of a repository findings point to, for readers of reports that show each beside a line of code."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import quote

from ed_contract.exceptions import UsageError
from ed_contract.options import Settings

USUAL = "ed_contract.toml"
"""What findings point to where nothing is known: the file that the settings would be in."""
WORKSPACE = "GITHUB_WORKSPACE"
"""The environment variable that names the folder in which a workflow checks a repository out."""


def artifact(settings: Settings, file: Path | str | None = None, *, workspace: str | None = None) -> str:
    """Return the relative URI of the file that findings point to, from the root of the repository on.

    It is the one that was asked for, else the settings file, else that of the application, else the contract of one's
    own. Nothing says that it exists: reports may be written where no work tree is.

    Args:
        settings: `sarif_location`, `app` and `contract`; an application is known once it was loaded.
        file: the one that the settings come from, if any.
        workspace: the folder of the repository, where no work tree says it.

    Raises:
        UsageError: what was asked for is outside of the repository.
    """
    if (root := _root(workspace)) is None:
        return USUAL
    if (asked := settings.sarif_location) is not None:
        if (found := _below(root, asked)) is None:
            raise UsageError(
                f"findings cannot point to {asked}: it is outside of the repository {root}\n"
                "name a file of the repository, e.g. src/shop/app.py."
            )
        return found
    known = (one for one in (file, _module(settings.app), settings.contract) if one is not None)
    return next(filter(None, (_below(root, one) for one in known)), USUAL)


def _root(workspace: str | None) -> Path | None:
    """Return the root of the repository that this is run in, else the current folder; None if that was deleted."""
    try:
        here = Path.cwd()
    except OSError:
        return None
    for folder in (here, *here.parents):
        if (folder / ".git").exists():  # a file in the work trees of some
            return folder
    return Path(workspace).resolve() if workspace and here.is_relative_to(Path(workspace).resolve()) else here


def _below(root: Path, path: Path | str) -> str | None:
    """Return a path as a URI that is relative to the root, or None if it is not below."""
    whole = Path(path).resolve()
    return quote(whole.relative_to(root).as_posix()) if whole != root and whole.is_relative_to(root) else None


def _module(app: str | None) -> str | None:
    """Return the file of the module that an application is in, once it was loaded; none of an installed package."""
    module = sys.modules.get((app or "").partition(":")[0])
    path = getattr(module, "__file__", None)
    return None if path is None or "site-packages" in Path(path).parts else path
