"""The command `replay`: do the findings of a report still reproduce?"""

from __future__ import annotations

from pathlib import Path

import click

from ed_contract.cli.options import Grouped, configured, options, record_folder
from ed_contract.cli.reported import OF_A_REPORTED_TARGET, reported
from ed_contract.contract import CONTRACT
from ed_contract.exceptions import UsageError
from ed_contract.last_run import kept
from ed_contract.nearest import nearest
from ed_contract.replay import Recorded, load
from ed_contract.replay import replay as send_again
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import printable
from ed_contract.requirement import Level
from ed_contract.target_process import RestartCommand
from ed_contract.verdict import Verdict


@click.command(cls=Grouped)
@click.argument("report", required=False)
@click.argument("finding", required=False)
@click.option(
    "--times",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Send each finding this many times, and say how often it reproduced.",
)
@options("url", "replica", *OF_A_REPORTED_TARGET, "restart-command", "strict")
@configured
@click.pass_context
def replay(ctx: click.Context, /, report: str | None, finding: str | None, times: int, **_: object) -> None:
    """Resend the requests of findings, and say which findings still reproduce.

    REPORT is a JSON report (default: that of the last run). FINDING is its number in the report, or a
    requirement's id; without it, all are sent. Exit 1 if one of level MUST reproduces (with --strict, any), 2 if
    some could not be judged.

    \b
    ed-contract replay
    ed-contract replay 1 --times 10
    ed-contract replay report.json 1 --url http://127.0.0.1:8000
    ed-contract replay report.json idempotency/replay
    """
    if finding is None and report is not None and _names_a_finding(report):
        report, finding = None, report
    place = kept(record_folder(ctx)) if report is None else Path(report)
    try:
        seen_at, recorded = load(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(place, error, finding) from error
    if not recorded and finding is None:
        click.echo("nothing to resend: the report has no findings")
        ctx.exit(0)
    chosen = _chosen(recorded, finding, "the report" if report else "the last run")
    target, settings = reported(ctx, seen_at, chosen[0].contract)
    command = settings.restart_command
    restart = None if command is None else RestartCommand(command=command, target=target)
    # Another server has other nodes; that of the report has those that it had.
    replicas = settings.replicas or (() if settings.url else chosen[0].replicas)
    redact = Redactor.of(target)
    verdicts, fails = [], False
    for one in chosen:
        binds = one.level is Level.MUST or one.strict or settings.strict
        done = [send_again(one, target, replicas=replicas, restart=restart) for _ in range(times)]
        worst = max(done, key=lambda each: each.verdict)
        verdicts.append(worst.verdict)
        fails = fails or (binds and worst.verdict is Verdict.FAIL)
        word = "WARN" if worst.verdict is Verdict.FAIL and not binds else str(worst.verdict).upper()
        showed = sum(each.verdict is Verdict.FAIL for each in done)
        often = f"reproduced {showed} of {times} times: " if times > 1 else ""
        click.echo(f"{word:<13}{printable(redact(f'{one}: {often}{worst.reason}'))}")
    still = verdicts.count(Verdict.FAIL)
    open_ = verdicts.count(Verdict.INCONCLUSIVE)
    said = ", all of level SHOULD (--strict fails on them)" if still and not fails else ""
    said += f", {open_} could not be judged" if open_ else ""
    click.echo(f"{still} of {len(chosen)} finding{'s' * (len(chosen) != 1)} reproduced{said}: {target}")
    if restart is not None and restart.doubt and Verdict.PASS in verdicts:
        click.echo(f"note: {restart.doubt}")
    ctx.exit(1 if fails else 2 if open_ else 0)


def _names_a_finding(word: str) -> bool:
    """Whether a word is a finding, and not the path of a report: ids begin with an area, as few paths do."""
    areas = {row.partition("/")[0] for row in CONTRACT.requirements}
    return not Path(word).exists() and (
        word.isdecimal() or bool(nearest(word.partition("/")[0], dict.fromkeys(areas, ())))
    )


def _unreadable(place: Path, error: OSError | UnicodeDecodeError, finding: str | None) -> UsageError:
    """Return what to say of a report that cannot be read."""
    why = error.strerror if isinstance(error, OSError) else error
    how = "give a JSON report, or a finding of the last run: its number or a requirement's id."
    if finding is not None:
        how = "give a JSON report first, then the finding, e.g. ed-contract replay report.json 1."
    return UsageError(f"cannot read {place}: {why}\n{how}")


def _chosen(recorded: tuple[Recorded, ...], finding: str | None, where: str) -> list[Recorded]:
    """Return the requested findings; raise UsageError if there are none in `where`, as messages call it."""
    if finding is None:
        return list(recorded)
    chosen = [one for one in recorded if finding in {str(one.number), one.requirement}]
    if not chosen:
        if not recorded:
            raise UsageError(f"no finding {finding!r} in {where}\nthe report has no findings.")
        near = nearest(finding, {one.requirement: () for one in recorded})
        hint = f"did you mean {near[0]}? " if near else ""
        listed = ", ".join(f"{one.number} {one.requirement}" for one in recorded[:5])
        raise UsageError(
            f"no finding {finding!r} in {where}\n{hint}its findings: {listed}{', …' if recorded[5:] else ''}."
        )
    return chosen
