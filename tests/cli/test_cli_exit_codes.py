"""The exit code of `run` in every situation that a pipeline may meet, as the documentation promises them.

0: conforms. 1: a finding of level MUST (of SHOULD under `--strict`), or a waiver that no longer applies. 2: could not
judge. 130: interrupted. Mistakes of usage have a longer table in `test_cli.py`, the interrupt a test there.
"""

from __future__ import annotations

import itertools
import re

import pytest
from common.broken import NameNotRequired
from common.command import ed_contract
from common.servers import as_json, free_port, http_server

from ed_contract import checks
from ed_contract.reference import Reference, RefusedError, serve
from ed_contract.zoo.right.request import SixteenDestinations

NAME = "request/name/required"
PARTIAL = "CONFORMS AS FAR AS JUDGED: N of M MUST"
NORMALISED = "echo/normalised"


class Trims(Reference):
    """Trims the names it takes: a finding of level SHOULD."""

    def stored(self, place, value):
        """Return the name without blanks around it."""
        return value.strip() if place == "name" else super().stored(place, value)


class BusyAfterTheFirst(Reference):
    """Takes one create, and asks for patience from then on."""

    def set_up(self):
        """Count the requests."""
        self._count = itertools.count()

    def dispatch(self, request):
        """Answer 429 but for the first."""
        if next(self._count):
            raise RefusedError(429, "rate_limited", "Try again.", headers={"Retry-After": "0"})
        return super().dispatch(request)


def verdict(server, *arguments):
    """Judge a server; return the exit code and what the verdict says before it names the target."""
    with server() as app, serve(app) as running:
        done = ed_contract("run", running.url, "--api-key", "sk_test_a", *arguments)
    assert done.stderr == ""
    (told,) = [line for line in done.stdout.splitlines() if line.startswith(("CONFORMS", "DOES NOT", "NOT JUDGED"))]
    return done.returncode, re.sub(r"\d+ of \d+ MUST", "N of M MUST", told.split(": http")[0])


SITUATIONS = {
    "conforms": (Reference, [], (0, "CONFORMS")),
    "conforms in a part": (Reference, ["--only", NAME], (0, PARTIAL)),
    "conforms until a cap": (Reference, ["--max-requests", "20"], (0, PARTIAL)),
    "is to be complete, and is": (Reference, ["--fail-on-incomplete"], (0, "CONFORMS")),
    "is to be complete, and is not": (Reference, ["--max-requests", "20", "--fail-on-incomplete"], (2, PARTIAL)),
    "a SHOULD finding": (Trims, ["--only", NORMALISED], (0, f"{PARTIAL}, with 1 warning")),
    "a SHOULD finding, strict": (Trims, ["--only", NORMALISED, "--strict"], (1, "DOES NOT CONFORM: 1 SHOULD finding")),
    "a MUST finding": (NameNotRequired, ["--only", NAME], (1, "DOES NOT CONFORM: 1 MUST finding")),
    "nothing exercised": (
        Reference,
        ["--only", "idempotency/survives-restart"],
        (2, "NOT JUDGED: nothing was exercised"),
    ),
    "a quota that is reached": (SixteenDestinations, [], (2, "NOT JUDGED: inconclusive")),
    "a target that is always busy": (BusyAfterTheFirst, [], (2, "NOT JUDGED: inconclusive")),
}


@pytest.mark.parametrize(("server", "arguments", "told"), SITUATIONS.values(), ids=SITUATIONS)
def test_the_verdict_decides(server, arguments, told):
    """The line of the verdict and the exit code say the same."""
    assert verdict(server, *arguments) == told


WAIVED = {
    "a waived finding": (NameNotRequired, "", (0, f"{PARTIAL}, with 1 waived finding")),
    "an expired waiver": (
        NameNotRequired,
        "expires = 2020-01-01",
        (1, "DOES NOT CONFORM: 1 MUST finding; 1 waiver no longer applies"),
    ),
    "a waiver of nothing": (Reference, "", (1, f"{PARTIAL}, but 1 waiver no longer applies")),
}


@pytest.mark.parametrize(("server", "more", "told"), WAIVED.values(), ids=WAIVED)
def test_a_waiver_is_part_of_the_verdict(server, more, told, tmp_path):
    """One that lets a finding pass, one that is too old, one that is not needed."""
    path = tmp_path / "waivers.toml"
    path.write_text(
        f'[[waiver]]\nrequirement = "{NAME}"\nfault = "removed"\nreason = "BUG-1"\n{more}\n', encoding="utf-8"
    )
    assert verdict(server, "--only", NAME, "--waivers", str(path)) == told


def test_a_check_of_ours_that_crashes_is_no_verdict(monkeypatch):
    """Exit 2, and the report names the check."""

    def crash(_):
        raise ZeroDivisionError("oops")
        yield

    monkeypatch.setattr(checks, "CHECKS", (checks.Check(name="it_breaks", rows=(NAME,), judge=crash),))
    with Reference() as app, serve(app) as running:
        done = ed_contract("run", running.url, "--api-key", "sk_test_a", "--only", NAME)
    assert done.returncode == 2
    assert "it_breaks" in done.stdout


def test_a_requirement_that_stays_open_is_no_verdict():
    """Each create is answered 500: of what was asked for, nothing can be said."""
    with http_server(lambda *_: as_json({}, 500)) as url:
        done = ed_contract("run", url, "--only", NAME)
    assert (done.returncode, done.stderr) == (2, "")
    assert "inconclusive" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["{nowhere}"],
        ["{url}", "--api-key", "sk_test_x"],
        ["{url}/elsewhere"],
        ["{url}", "--only", "nothing/like-it"],
        ["{url}", "--profile", "nonesuch"],
        ["--require-target"],
        ["{url}", "--waivers", "/nowhere/waivers.toml"],
    ],
    ids=["unreachable", "credentials", "route", "usage", "configuration", "no target", "waivers"],
)
def test_what_cannot_begin_is_no_verdict(arguments):
    """Exit 2, two lines that say why, and no verdict."""
    with Reference() as app, serve(app) as running:
        given = [one.format(url=running.url, nowhere=f"http://127.0.0.1:{free_port()}") for one in arguments]
        key = [] if given == ["--require-target"] else ["--api-key", "sk_test_a"]
        done = ed_contract("run", *key, *given)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert "CONFORM" not in done.stdout
