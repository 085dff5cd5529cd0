"""Measures how good the tool is, and writes the figures with date, version and command into docs/data/trust.json.

    uv run python docs/trust.py zoo strangers races      all of them: some twenty minutes on two cores
    uv run python docs/trust.py zoo --from score.json    from what `ed-contract score --report json=score.json` wrote
    uv run python docs/trust.py zoo --only conflict-422  a part, which the page says; for a try, with --out FILE
    uv run python docs/trust.py schemathesis             Schemathesis on a sample of the zoo: some ten minutes

The page docs/trust.md shows the parts that are there.
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
from tempfile import TemporaryDirectory
from types import MappingProxyType, ModuleType
from typing import Any

from figures import FILE, Figures

from ed_contract import CONTRACT, __version__
from ed_contract.contract import SEED
from ed_contract.contract.exporting import with_nulls
from ed_contract.contract.schemas import bare
from ed_contract.score import Score, as_document, score, score_one
from ed_contract.zoo import MUTANTS, RIGHT, serving

ROOT = Path(__file__).resolve().parents[1]
STRANGERS = ROOT / "tests" / "independent" / "test_strangers.py"
RACES = ROOT / "benchmarks" / "races.py"

SCHEMATHESIS = "4.32.5"
_SCHEMATHESIS = (
    *("uv", "tool", "run", "--quiet", "--from", f"schemathesis=={SCHEMATHESIS}", "schemathesis", "run"),
    *("--header", "Authorization: Bearer sk_test_a", "--header", "Stripe-Version: 2024-10-28.acacia"),
    *("--include-operation-id", "createEventDestination", "--checks", "all"),
    *("--exclude-checks", "positive_data_acceptance", "--max-failures", "1", "--seed", "1"),
)
_QUIETLY: Mapping[str, Any] = MappingProxyType(
    {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 300}
)


def of_zoo(arguments: argparse.Namespace) -> Figures:
    """Return the score over the zoo, measured now or read from a file."""
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


def schemathesis(arguments: argparse.Namespace) -> Figures:
    """Return what Schemathesis finds in a sample of the zoo, fed with the document of the page, beside our own figures.

    The list operation is added to the document, since the servers have it. That a server must take whatever the
    document allows is not asked: the page is silent about much of that, and right servers would be accused.
    """
    of_page = [one for one in MUTANTS if one.edition == SEED and not one.needs]
    right = [one for one in RIGHT if one.edition == SEED and not one.needs]
    sample = [
        one
        for one in (*of_page[:: arguments.every], *right[:: max(arguments.every // 2, 1)])
        if _chosen(one.name, arguments)
    ]
    rows = []
    with TemporaryDirectory() as folder:
        document = _document_for_others(Path(folder))
        for one in sample:
            with serving(one) as url:
                command = [*_SCHEMATHESIS, str(document), "--url", url]
                # It keeps a cache in its folder.
                code = subprocess.run(command, cwd=folder, check=False, **_QUIETLY).returncode  # noqa: S603 - the tool itself
            ours = score_one(one.name, sockets=True)
            is_broken = one in of_page
            rows.append({"name": one.name, "broken": is_broken, "found": code != 0})
            rows[-1] |= {"ours": bool(ours.problem) != is_broken}  # caught as it should be, or accused
    broken, fine = ([row for row in rows if row["broken"] is kind] for kind in (True, False))
    return {
        "schemathesis": SCHEMATHESIS,
        "caught": sum(row["found"] for row in broken),
        "broken": len(broken),
        "accused": sum(row["found"] for row in fine),
        "right": len(fine),
        "ours": {"caught": sum(row["ours"] for row in broken), "accused": sum(row["ours"] for row in fine)},
        "partial": bool(arguments.only),
    }


def _document_for_others(folder: Path) -> Path:
    """Write the document of the page without the decisions of the reference server, and return its path.

    Other servers decide otherwise, so an exported document would accuse right ones. The list is documented, and no key
    is sent: with the same one each time, every create but the first would be a conflict.
    """
    document = bare(CONTRACT.document)
    content = {"application/json": {"schema": {}}}
    (path,) = document["paths"].values()
    path["get"] = {"operationId": "list", "responses": {"2XX": {"description": "A list.", "content": content}}}
    path["post"]["parameters"] = [one for one in path["post"]["parameters"] if one["name"] != CONTRACT.headers.key]
    with_nulls(document["components"]["schemas"]["CreateEventDestination"])
    written = folder / "openapi.json"
    written.write_text(json.dumps(document), encoding="utf-8")
    return written


PARTS: Mapping[str, Callable[[argparse.Namespace], Figures]] = MappingProxyType(
    {"zoo": of_zoo, "strangers": strangers, "races": races, "schemathesis": schemathesis}
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


def main() -> None:
    """Measure the parts that are named, or all, and write them beside those that are kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; none means all")
    parser.add_argument("--from", dest="read", type=Path, metavar="FILE", help="scores of the zoo that were kept")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these servers")
    parser.add_argument("--runs", type=int, default=20, help="of races, idle and busy each")
    parser.add_argument("--every", type=int, default=20, help="which of the zoo's broken servers Schemathesis gets")
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
