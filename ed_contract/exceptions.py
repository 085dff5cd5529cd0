"""Errors, which are not findings: a mistake of the user's, or a target that cannot be judged.

EdContractError
├── UsageError            an option, a file or an argument is wrong
├── TargetError           the target cannot be judged
│   ├── Unreachable       nothing answers HTTP there
│   ├── CredentialsRefused  every create is answered 401 or 403
│   ├── NoSuchRoute       the path is answered 404 or 405
│   └── RestartFailed     the command that restarts it fails, or nothing answers afterwards
└── ToolError             a bug in ed_contract ended the run; it carries the report so far

Each message is one or two lines: what is wrong, and what to do. A finding is not one of these: a `Session` raises it as
`NotConforming`, an AssertionError. All of them are importable from `ed_contract`.
"""

from __future__ import annotations

from typing import Any


class EdContractError(Exception):
    """The run could not judge, or a report could not be written; the message says why, and what to do.

    `report` is the report so far, or None if nothing was judged.
    """

    def __init__(self, message: str = "", *, report: Any = None) -> None:  # noqa: ANN401 - a Report, which lies above
        super().__init__(message)
        self.report = report


class UsageError(EdContractError):
    """An option, a file or an argument is wrong."""


class TargetError(EdContractError):
    """The target cannot be judged."""


class Unreachable(TargetError):  # noqa: N818 - reads as the state it names, like httpx.ReadTimeout
    """Nothing answers HTTP at the target's address."""


class CredentialsRefused(TargetError):  # noqa: N818 - the same
    """The target refuses the credential."""


class NoSuchRoute(TargetError):  # noqa: N818 - the same
    """The target does not know the operation's path."""


class RestartFailed(TargetError):  # noqa: N818 - the same
    """The target could not be restarted: the command failed, or nothing answers afterwards."""


class ToolError(EdContractError):
    """A bug in ed_contract ended the run; `__cause__` is the exception."""
