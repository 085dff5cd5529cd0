"""Colours and a progress bar, by rich. Loaded where there is a terminal, or FORCE_COLOR."""

from __future__ import annotations

import os

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text


class Terminal:
    """Prints to a stream that may show colours."""

    def __init__(self, *, stderr: bool, plain: bool, is_terminal: bool) -> None:
        # FORCE_COLOR has it coloured, and taken for no more than it is.
        system = None if plain else "standard" if os.environ.get("FORCE_COLOR") else "auto"
        self._rich = Console(
            stderr=stderr,
            force_terminal=is_terminal,
            color_system=system,  # type: ignore[arg-type] # one of its names
            highlight=False,
            soft_wrap=True,
        )

    @property
    def width(self) -> int:
        """How many columns it has."""
        return self._rich.width

    def print(self, text: str, style: str) -> None:
        """Print a line."""
        self._rich.print(text, style=style or None, markup=False, emoji=False)

    def bar(self) -> Bar:
        """Return a progress bar, which is not shown yet."""
        return Bar(self._rich)


class Bar:
    """A progress bar, which goes when the run is over."""

    def __init__(self, rich: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeElapsedColumn(),
            TextColumn("[bold red]{task.fields[findings]}"),
            console=rich,
            transient=True,
        )
        self._task = self._progress.add_task("starting", total=None, findings="")

    def start(self, requests: int) -> None:
        """Show it; `requests` is how many are planned."""
        self._progress.update(self._task, total=requests)
        self._progress.start()

    def phase(self, name: str) -> None:
        """Show that a phase begins."""
        self._progress.update(self._task, description=name)

    def advance(self, found: int) -> None:
        """Show one request more, and how many findings there are."""
        self._progress.update(self._task, advance=1, findings=f"{found} found" if found else "")

    def stop(self) -> None:
        """Show it no more."""
        self._progress.stop()


class _Rate(ProgressColumn):
    """Requests a second, worked out when it is drawn and not for each request."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")
