"""The command `score`: run against the zoo."""

from __future__ import annotations

import json
import time

import click

from ed_contract.cli import completing
from ed_contract.cli.options import options
from ed_contract.exceptions import UsageError
from ed_contract.files import write_file
from ed_contract.report.writers import require_writable
from ed_contract.score import Score, as_document, named
from ed_contract.score import score as run_over


@click.command(context_settings={"show_default": True})
@click.argument("names", metavar="[NAME]…", nargs=-1, shell_complete=completing.by("zoo:servers"))
@options("phases", "seed")
@click.option("-w", "--workers", type=click.IntRange(1), default=2, help="Worker processes.")
@click.option("--sockets", is_flag=True, help="Judge correct servers over TCP, too, even where in process would do.")
@click.option("--report", metavar="json=PATH", help="Write the scores as JSON.")
def score(
    names: tuple[str, ...],
    phases: tuple[str, ...] | None,
    seed: int | None,
    workers: int,
    sockets: bool,
    report: str | None,
) -> None:
    """Run against the zoo: is every broken server caught, by the requirement it breaks, and no correct one accused?

    \b
    ed-contract score
    ed-contract score --phases smoke
    ed-contract score conflict-422 --report json=score.json
    """
    if report is not None:
        if not report.startswith("json="):
            raise UsageError(f"invalid report {report!r}: expected json=PATH")
        require_writable(report.removeprefix("json="))
    began = time.monotonic()
    scores = run_over(named(names), seed=seed, phases=phases, workers=workers, sockets=sockets, on_score=_print)
    document = as_document(scores)
    seconds = time.monotonic() - began
    firsts = document["first_finding"]
    click.echo(f"mutation score {document['score']}: {document['killed']} of {document['mutants']} killed")
    click.echo(f"false alarms: {document['false_alarms']} of {document['right_servers']} correct servers")
    click.echo(f"requests to the first finding: median {firsts['median']}, p95 {firsts['p95']}, max {firsts['max']}")
    click.echo(f"{seconds:.0f} s")
    code = 1 if any(one.problem for one in scores) else 0
    if report is not None:
        path = report.removeprefix("json=")
        try:
            write_file(path, json.dumps(document, indent=2) + "\n")
        except OSError as error:
            click.echo(f"error: cannot write {path}: {error.strerror}\ngive a writable path.", err=True)
            code = code or 2
        else:
            click.echo(f"report: {path}")
    raise click.exceptions.Exit(code)


def _print(one: Score) -> None:
    """Print a row of the table."""
    mark = "BAD " if one.problem else "ok  "
    said = one.problem or (f"killed by {one.breaks}" if one.breaks else "not accused")
    first = "-" if one.first is None else str(one.first)
    click.echo(f"{mark}{one.name:<48} {first:>4} {one.requests:>4}  {said}")
