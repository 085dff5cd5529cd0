"""What the command `run` does: judge a server, print and write what was found."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from ed_contract import api, last_run, recording
from ed_contract.cli import crash, streams, waivers
from ed_contract.cli.console import Console
from ed_contract.cli.reported import OF_A_REPORTED_TARGET
from ed_contract.contract import CONTRACT, Contract, chosen
from ed_contract.exceptions import UsageError
from ed_contract.options import BY_NAME, Resolved, again, unset
from ed_contract.report import writers
from ed_contract.report.artifact import WORKSPACE, artifact
from ed_contract.report.card.lines import card_lines
from ed_contract.report.curl import as_options
from ed_contract.report.finding_text import RESTARTED
from ed_contract.report.model import ReportedFinding
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import Line, report_lines
from ed_contract.transport import Target
from ed_contract.transport.target import target_from


def judge(given: Resolved, folder: Path, file: Path | None) -> int:
    """Judge as the settings say, print and write what is asked for, and return the exit code.

    The record of the last run is kept in `folder`; settings are read from `file`.
    """
    settings = given.settings
    contract = chosen(settings) or CONTRACT
    target = _target(given, contract)
    writers.require_all_writable(settings.reports)
    place = artifact(settings, file, workspace=os.environ.get(WORKSPACE))
    known = waivers.given(settings.waivers, contract, update=settings.waivers_update)

    def masked(text: str) -> str:
        return Redactor.of(target)(text)  # anew: the credential may be renewed meanwhile

    to_stderr = any(path == writers.STDOUT for _, path in settings.reports)
    console = Console(
        quiet=settings.quiet,
        verbose=settings.verbose,
        plain=settings.no_color,
        to_stderr=to_stderr,
        redact=masked,
    )
    if settings.dry_run:
        console.plan(api.dry_run(target, settings, contract=contract, restarts=settings.restart_command is not None))
        return 0
    with recording.recorder(settings, folder) as recorder, console.progress(embedded=target is None) as listen:
        told = replace(settings, reports=())  # they are written here: whatever becomes of one, the others are too
        judged = partial(api.run, target, told, contract=contract, waivers=known, on_event=listen, recorder=recorder)
        report, crashed = crash.survived(judged)
    report = replace(report, artifact=place)
    redact = Redactor.of(target)  # of the credentials that were renewed too
    report = last_run.compared(report, redact, folder)
    unwritten = writers.write(report, settings.reports, redact, console.document)
    unwritten += writers.unrecorded(settings.record, None if recorder is None else recorder.problem)
    missing = {writers.STDOUT, *(one.path for one in unwritten)}
    paths = tuple(path for _, path in settings.reports if path not in missing)
    repeat = " ".join(_again(given, target))
    kept = settings.keep_record and target is not None and last_run.keep(report, redact, folder)
    elsewhere = file if file is not None and file.parent.resolve() != Path.cwd() else None
    by_number = partial(_by_number, given=given, target=target, file=elsewhere) if kept else None
    lines = report_lines(
        report,
        redact,
        paths=paths,
        options=repeat,
        embedded=target is None,
        reproduce=by_number,
        unset=tuple(unset(settings, os.environ)),
        set_by={name: _known_as(name, given, file) for name in given.names},
    )
    console.report(report, lines, paths=paths, embedded=target is None)
    if settings.card:
        console.lines(card_lines(report, redact))
    code = report.exit_code
    if settings.waivers is not None and known is not None and settings.waivers_update:
        line, code = waivers.update(settings.waivers, known, report, redact)
        console.print(Line(line))
    code = streams.settled(writers.exit_code(code, unwritten), asked=to_stderr)
    for line in writers.told(unwritten):
        streams.say(line)
    for one in unwritten:
        if one.crash is not None:
            crash.tell(one.crash, redact)
    return code if crashed is None else crash.tell(crashed, redact)


def _by_number(bug: ReportedFinding, *, given: Resolved, target: Target | None, file: Path | None) -> str:
    """Return the command that sends the requests of a finding again: the report knows what they are.

    The run is kept beside `file`, where that is another folder than this one.
    """
    on_the_line = [name for name, origin in given.origins.items() if origin == "command line"]
    more = [*again(given.settings, [name for name in on_the_line if name in OF_A_REPORTED_TARGET])]
    more += [] if target is None else as_options(target.headers, target.contract)
    if bug.finding.requirement == RESTARTED and given.settings.restart_command is not None:
        more.append(f"--restart-command {shlex.quote(given.settings.restart_command)}")
    more += [] if file is None else [f"--config {shlex.quote(str(file))}"]
    return " ".join(["ed-contract replay", str(bug.number), *more])


def _known_as(name: str, given: Resolved, file: Path | None) -> str:
    """Return how a sentence names an option that was given: the option, its variable, or its place in the file."""
    in_file = file is not None and given.origins[name] not in {"command line", given.names[name]}
    return f"`{name}` in {file.name}" if in_file and file is not None else given.names[name]


def _target(given: Resolved, contract: Contract) -> Target | None:
    """Return the target that the settings name, or None for the bundled server."""
    settings = given.settings
    on_the_line = [BY_NAME[name] for name, origin in given.origins.items() if origin == "command line"]
    if settings.app is not None:
        servers = [BY_NAME[name] for name in ("replica", "server-command", "restart-command")]
        if useless := given.first_given(servers):
            raise UsageError(f"{useless} cannot be used with --app\nleave out one of the two.")
    elif settings.url is None:
        if settings.require_target:
            raise UsageError(
                "there is nothing to judge: no URL and no --app\n"
                "give one of them, on the command line, in $ED_CONTRACT_URL or in the settings file."
            )
        if useless := given.first_given(option for option in on_the_line if option.needs_target):
            raise UsageError(
                f"{useless} cannot be used without a URL: the bundled server is judged as it is\n"
                "give the server's base URL, e.g. ed-contract run http://127.0.0.1:8000."
            )
    return target_from(settings, contract=contract)


def _again(given: Resolved, target: Target | None) -> Iterator[str]:
    """Yield the options without which a run with the same URL would send something else; values may be secret."""
    # What stands in the environment or in a file is there the next time too.
    yield from again(given.settings, [name for name, origin in given.origins.items() if origin == "command line"])
    if target is not None:
        yield from as_options(target.headers, target.contract)
