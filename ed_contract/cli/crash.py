"""How a crash of ed-contract is reported: two lines, and where the traceback is."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterator

from ed_contract.cli import streams
from ed_contract.exceptions import ToolError
from ed_contract.files import keep_traceback
from ed_contract.report import Report
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import printable

EXIT_CODE = 2
LONGEST = 200  # characters of the message
CREDENTIALS = ("--api-key", "--second-api-key", "--header", "-H", "--proxy")
VARIABLES = ("ED_CONTRACT_API_KEY", "ED_CONTRACT_SECOND_API_KEY")


def tell(error: BaseException, redact: Callable[[str], str] | None = None) -> int:
    """Print what happened in two lines, leave the traceback in a file of its own, and return the exit code.

    Args:
        error: what escaped; of a ToolError, its cause is reported.
        redact: keeps credentials out; without one, those of the command line and of the environment are.
    """
    if isinstance(error, ToolError) and error.__cause__ is not None:
        error = error.__cause__
    redact = redact or _redactor()
    said = printable(redact(" ".join("".join(traceback.format_exception_only(error)).split())))
    said = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
    streams.say(f"error: ed-contract crashed: {said}\nplease report it: {keep_traceback(error, redact)}")
    return EXIT_CODE


def survived(judge: Callable[[], Report]) -> tuple[Report, ToolError | None]:
    """Return the report of a run, and the crash that ended it early; raise that if there is no report."""
    try:
        return judge(), None
    except ToolError as error:
        if error.report is None:
            raise
        return error.report, error


def _redactor() -> Callable[[str], str]:
    return Redactor([*_credentials(sys.argv[1:]), *(os.environ.get(name) for name in VARIABLES)])


def _credentials(arguments: list[str]) -> Iterator[str]:
    """Yield what follows the options that may hold a credential, and its words."""
    for option, value in zip(arguments, [*arguments[1:], ""], strict=True):
        name, equals, own = option.partition("=")
        if name in CREDENTIALS:
            given = own if equals else value
            yield from (given, *given.replace(":", " ").split())
