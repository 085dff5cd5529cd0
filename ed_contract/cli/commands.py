"""The commands by name: each is loaded when it is called, or when its own help or its options are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import click

from ed_contract import interrupts
from ed_contract.cli import late
from ed_contract.first_use import found

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Entry(NamedTuple):
    """A command that was not loaded yet."""

    place: str  # where it is, as `module:name`
    says: str  # what the list of commands says of it
    also: tuple[str, ...] = ()  # what others call it


COMMANDS: Mapping[str, Entry] = MappingProxyType(
    {
        "run": Entry("run:run", "Judge a server; without URL, the bundled one.", ("test", "check", "verify", "start")),
        "judge": Entry("judge:judge", "Judge a recording; send nothing.", ("analyse", "analyze", "har")),
        "merge": Entry(
            "merge:merge", "Judge the records of all shards of a run as one.", ("combine", "join", "shards")
        ),
        "load": Entry("load:load", "Put a server under load, and judge every answer.", ("stress", "locust", "perf")),
        "proxy": Entry(
            "proxy:proxy", "Forward requests to a server and judge its answers.", ("record", "intercept", "capture")
        ),
        "client": Entry(
            "client:client", "Judge a client against a server that misbehaves on cue.", ("consumer", "sdk", "scenario")
        ),
        "replay": Entry(
            "replay:replay", "Resend the requests of a report's findings.", ("reproduce", "rerun", "retry", "again")
        ),
        "cleanup": Entry("cleanup:cleanup", "Delete what a run's cleanup left behind.", ("clean", "delete", "purge")),
        "list": Entry(
            "listing:list_requirements",
            "List the requirements, the phases, or the zoo.",
            ("ls", "requirements", "rules", "phases", "zoo"),
        ),
        "explain": Entry(
            "explain:explain", "Explain requirements: clause, check, example.", ("describe", "info", "show", "why")
        ),
        "serve": Entry(
            "serve:serve", "Serve the reference server, or one of the zoo.", ("server", "mock", "stub", "reference")
        ),
        "export": Entry(
            "export:export", "Export the OpenAPI document or a JSON Schema.", ("openapi", "schema", "dump")
        ),
        "drift": Entry("drift:drift", "Show how an OpenAPI document differs from the page.", ("diff", "compare")),
        "config": Entry("settings:config", "Show the effective settings and their sources.", ("settings", "options")),
        "score": Entry("score:score", "Run against the zoo: is every broken server caught?", ("benchmark", "mutants")),
        "completion": Entry("completion:completion", "Print a shell's completion script.", ("autocomplete", "shell")),
    }
)


class Commands(click.Group):
    """Commands that an interrupt ends where they are, unless they say otherwise, and that choose their exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands; none is loaded."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loaded now; None if there is none of this name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = found(f"{__package__}.{COMMANDS[cmd_name].place}")
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            with interrupts.at_once():
                return super().invoke(ctx)
        except click.UsageError as error:
            if error.ctx is None and (name := ctx.invoked_subcommand):  # an option without its value
                error.ctx = click.Context(click.Command(name), info_name=name, parent=ctx)
            raise
        except SystemExit as end:  # an application of the user's, called in process
            raise RuntimeError(f"sys.exit({end.code!r}) was called") from end

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called; one that there is not is an error which names the nearest."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            ctx.fail(late.unknown.command(name, {one: entry.also for one, entry in COMMANDS.items()}))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].says) for name in self.list_commands(ctx)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Return the commands and options that begin so; no command is loaded."""
        items = late.names.items(incomplete, {name: one.says for name, one in sorted(COMMANDS.items())})
        return [*items, *click.Command.shell_complete(self, ctx, incomplete)]
