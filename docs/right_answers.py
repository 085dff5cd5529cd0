"""Makes the right answers of the requirement catalogue in docs/data: `uv run python docs/right_answers.py [ID]…`.

Sends the requests of each kept finding, as the shell script that is printed, to the reference server, and keeps what it
answers. The site is built from what is kept. Needs bash and curl.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

from findings import KEYS, kept, normalised

from ed_contract import CONTRACT
from ed_contract.reference import PATH, Reference, serve

FILE = Path(__file__).parent / "data" / "right_answers.json"
ENVIRONMENT = dict(zip(("ED_CONTRACT_API_KEY", "ED_CONTRACT_SECOND_API_KEY"), KEYS, strict=True))
LISTED = {"idempotency/one-effect"}
"""Is judged by the list of destinations, which the script does not ask for."""
_SCRIPT = re.compile(r"^  Requests?(?: \(\d+\))?:\n((?:    .*\n)+)", re.MULTILINE)
_SHOWN = re.compile(r"curl -sSi -w '\\n'")
_SECONDS = 60
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_ONE_TIME = "2024-10-22T16:20:09.931Z"  # that of the page's example


def script_of(finding: str) -> str:
    """Return the shell script of a finding as it is printed."""
    found = _SCRIPT.search(finding)
    return "" if found is None else dedent(found[1])


def answers_to(finding: str, *, listed: bool = False) -> list[str]:
    """Return what the reference answers to the requests of a finding, in order: status, media type and body."""
    script = script_of(finding)
    with TemporaryDirectory() as name:
        folder, number = Path(name), iter(range(1000))

        def into_files(_: re.Match[str]) -> str:
            path = folder / f"{next(number):03}"
            return f"curl -sS --dump-header {path}.head --output {path}.body"

        script = _SHOWN.sub(into_files, script)
        db = folder / "destinations.sqlite3"
        with Reference(db=db) as one, Reference(db=db) as other, serve(one) as first, serve(other) as second:
            script = script.replace("http://127.0.0.1:8000", first.url).replace("http://127.0.0.1:8001", second.url)
            if listed:
                files = f"--dump-header {folder}/999.head --output {folder}/999.body"
                script += f'curl -sS {first.url}{PATH} -H "Authorization: Bearer $ED_CONTRACT_API_KEY" {files}\n'
            command = ["/usr/bin/env", "bash", "-e", "-c", script]
            subprocess.run(command, check=True, env={**os.environ, **ENVIRONMENT}, timeout=_SECONDS)  # noqa: S603 - our own
        answers = list(_answers(folder))
        return sorted(answers) if " &\n" in script else answers  # which of concurrent ones is first is chance


def _answers(folder: Path) -> Iterator[str]:
    """Yield status, media type and body of each answer that curl has written."""
    for head in sorted(folder.glob("*.head")):
        headers = head.read_text(encoding="latin-1")
        status = re.findall(r"^HTTP/\S+ (\d+)", headers, re.MULTILINE)[-1]
        (media_type,) = re.findall(r"(?i)^content-type: *(\S+)", headers, re.MULTILINE)[-1:] or [""]
        body = head.with_suffix(".body")
        text = body.read_text(encoding="utf-8").strip() if body.exists() else ""
        yield f"{status} {media_type} {_plain(text)}".strip()


def _plain(text: str) -> str:
    """Return a JSON text as findings show one."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def right_answers() -> Mapping[str, list[str]]:
    """Return the answers that are kept, by requirement."""
    answers: dict[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return answers


def made(identifier: str) -> list[str]:
    """Return the right answers for a requirement, but for what differs from run to run."""
    answers = answers_to(kept()[identifier]["finding"], listed=identifier in LISTED)
    return _TIME.sub(_ONE_TIME, normalised("\n".join(answers))).splitlines()


def main() -> None:
    """Write the answers for the requirements that are named, or for all."""
    answers = dict(right_answers())
    for identifier in sys.argv[1:] or list(kept()):
        answers[identifier] = made(identifier)
        print(f"{identifier}: {' · '.join(one[:3] for one in answers[identifier])}", flush=True)
    ordered = {identifier: answers[identifier] for identifier in CONTRACT.requirements if identifier in answers}
    FILE.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
