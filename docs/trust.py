"""Measures how good the tool is, and writes the figures with date, version and command into docs/data/trust.json.

    uv run python docs/trust.py zoo strangers races      all of them: some twenty minutes on two cores
    uv run python docs/trust.py zoo --from score.json    from what `ed-contract score --report json=score.json` wrote
    uv run python docs/trust.py zoo --only conflict-422  a part, which the page says; for a try, with --out FILE

The page docs/trust.md shows the parts that are there. Figures of Schemathesis on the same servers are not measured
here: they are a part `schemathesis` with `date`, `version`, `commit`, `command`, `where`, `schemathesis` (its version),
`caught`, `broken`, `accused`, `right` and perhaps a `note`.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, TypeAlias

from ed_contract import __version__

ROOT = Path(__file__).resolve().parents[1]
FILE = Path(__file__).parent / "data" / "trust.json"
STRANGERS = ROOT / "tests" / "independent" / "test_strangers.py"
RACES = ROOT / "benchmarks" / "races.py"

Figures: TypeAlias = dict[str, Any]


def zoo(arguments: argparse.Namespace) -> Figures:
    """Return the score over the zoo, measured now or read from a file."""
    from ed_contract.score import Score, as_document, score  # noqa: PLC0415 - the page is built without the zoo's runs

    if arguments.read is None:
        scores = score(arguments.only)
    else:
        document = json.loads(arguments.read.read_text(encoding="utf-8"))
        rows = document["servers"] if isinstance(document, dict) else document
        scores = [Score(**{**row, "found": tuple(row["found"])}) for row in rows]
    document = as_document(scores)
    del document["servers"]
    problems = {one.name: one.problem for one in scores if one.problem}
    return {**document, "problems": problems, "partial": bool(arguments.only)}


def strangers(arguments: argparse.Namespace) -> Figures:
    """Return what a run says of servers that others wrote to slip through."""
    kept = _module(STRANGERS)
    sets = []
    for of, made in kept.SETS.items():
        broken = {name: make for name, (make, _) in made.BROKEN.items() if _chosen(name, arguments)}
        right = {name: make for name, (make, _) in made.RIGHT.items() if _chosen(name, arguments)}
        missed = [name for name, make in broken.items() if not kept.found(of, make)]
        accused = [name for name, make in right.items() if kept.found(of, make)]
        sets.append(
            {
                "set": of,
                "broken": len(broken),
                "at_first_sight": kept.FIRST_SIGHT[of],
                "missed": missed,
                "right": len(right),
                "accused": accused,
            }
        )
    return {"sets": sets, "partial": bool(arguments.only)}


def races(arguments: argparse.Namespace) -> Figures:
    """Return how many runs find a race as short as a select and an insert, with idle and with busy cores."""
    kept, found = _module(RACES), {}
    for label, beside in (("idle", contextlib.nullcontext()), ("busy", kept.busy())):
        with beside:
            found[label] = sum(kept.found(seed) is not None for seed in range(arguments.runs))
    return {**found, "runs": arguments.runs}


PARTS: Mapping[str, Callable[[argparse.Namespace], Figures]] = MappingProxyType(
    {"zoo": zoo, "strangers": strangers, "races": races}
)


def _chosen(name: str, arguments: argparse.Namespace) -> bool:
    return not arguments.only or name in arguments.only


def _module(path: Path) -> ModuleType:
    """Return the module of a file that is no part of a package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    sys.modules[path.stem] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _commit() -> str:
    """Return the commit of the work tree, with a + if it was changed since; empty outside of one."""
    command = ["/usr/bin/env", "git", "describe", "--always", "--dirty=+", "--exclude=*"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return done.stdout.strip()


def measured(part: str, arguments: argparse.Namespace, command: str) -> Figures:
    """Return the figures of a part, with when, of what, by which command and where they were measured."""
    figures, now = PARTS[part](arguments), datetime.now(UTC)
    read = arguments.read is not None and part == "zoo"
    at = datetime.fromtimestamp(arguments.read.stat().st_mtime, UTC) if read else now
    where = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    told = {"date": f"{at:%Y-%m-%d}", "version": __version__, "commit": "" if read else _commit()}
    return {**told, "command": "ed-contract score" if read else command, "where": where, **figures}


def figures(path: Path = FILE) -> str:
    """Return the figures that are kept as Markdown; a sentence if there are none."""
    if not path.exists():
        return "No figures are kept in this copy of the documentation: `uv run python docs/trust.py` writes them."
    kept: dict[str, Figures] = json.loads(path.read_text(encoding="utf-8"))
    return "\n\n".join(_SHOWN[part](kept[part]) for part in _SHOWN if part in kept)


def _of_zoo(one: Figures) -> str:
    first = one["first_finding"]
    problems = "\n".join(f"- `{name}`: {problem}" for name, problem in one["problems"].items())
    return _section(
        "The zoo",
        one,
        f"| broken servers | caught by the requirement that they break | {one['killed']} of {one['mutants']} |",
        f"| correct servers | accused | {one['false_alarms']} of {one['right_servers']} |",
        "| requests until the first finding | median, 95 %, most |"
        f" {first['median']}, {first['p95']}, {first['max']} |",
        after=f"What went wrong:\n\n{problems}" if problems else "",
    )


def _of_strangers(one: Figures) -> str:
    rows = [
        line
        for number, row in enumerate(one["sets"], 1)
        for line in (
            f"| set {number}, broken | caught at first sight | {row['at_first_sight']} of 40 |",
            f"| | caught now | {row['broken'] - len(row['missed'])} of {row['broken']} |",
            f"| set {number}, right | accused | {len(row['accused'])} of {row['right']} |",
        )
    ]
    missed = ", ".join(f"`{name}`" for row in one["sets"] for name in row["missed"])
    return _section("Servers written to slip through", one, *rows, after=f"Still missed: {missed}." if missed else "")


def _of_races(one: Figures) -> str:
    return _section(
        "A race between a select and an insert",
        one,
        *(f"| runs on {label} cores | that find it | {one[label]} of {one['runs']} |" for label in ("idle", "busy")),
    )


def _of_schemathesis(one: Figures) -> str:
    return _section(
        f"Schemathesis {one['schemathesis']} on the same servers",
        one,
        f"| broken servers | caught | {one['caught']} of {one['broken']} |",
        f"| correct servers | accused | {one['accused']} of {one['right']} |",
        after=one.get("note", ""),
    )


_SHOWN: Mapping[str, Callable[[Figures], str]] = MappingProxyType(
    {"zoo": _of_zoo, "strangers": _of_strangers, "races": _of_races, "schemathesis": _of_schemathesis}
)


def _section(title: str, one: Figures, *rows: str, after: str = "") -> str:
    commit = f" ({one['commit']})" if one["commit"] else ""
    told = f"Measured on {one['date']} with version {one['version']}{commit} by `{one['command']}`; {one['where']}."
    partial = ["**Only a part was measured.**"] if one.get("partial") else []
    table = "\n".join(("| of | what | figure |", "|---|---|---|", *rows))
    return "\n\n".join(part for part in (f"### {title}", *partial, table, after, told) if part)


def main() -> None:
    """Measure the parts that are named, or all, and write them beside those that are kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; none means all")
    parser.add_argument("--from", dest="read", type=Path, metavar="FILE", help="scores of the zoo that were kept")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these servers")
    parser.add_argument("--runs", type=int, default=20, help="of races, idle and busy each")
    parser.add_argument("--out", type=Path, default=FILE, metavar="FILE")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"unknown part {', '.join(sorted(unknown))}: expected {', '.join(PARTS)}")
    only = ["--only", *arguments.only] if arguments.only else []
    kept: dict[str, Figures] = {}
    if arguments.out.exists():
        kept = json.loads(arguments.out.read_text(encoding="utf-8"))
    for part in arguments.parts or PARTS:
        runs = ["--runs", str(arguments.runs)] if part == "races" else only
        kept[part] = measured(part, arguments, shlex.join(["uv", "run", "python", "docs/trust.py", part, *runs]))
        arguments.out.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{part}: {arguments.out}", flush=True)


if __name__ == "__main__":
    main()
