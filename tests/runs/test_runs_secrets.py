"""No output of a run shows a credential or a signing secret, whatever the target does with them."""

from __future__ import annotations

import json
import re
import sys

import pytest
from common.servers import as_json, http_server

from ed_contract import Target, run
from ed_contract.cli import main
from ed_contract.exceptions import EdContractError
from ed_contract.reference import Reference, serve
from ed_contract.report.writers import WRITERS
from ed_contract.zoo import MUTANTS, serving

FIRST, SECOND, HEADER = "sk_test_a", "sk_test_b", "hunter2-hunter2"
SIGNING = re.compile(r"whsec_(?!\*)[A-Za-z0-9+/=]")
NAMED = [one.name for one in MUTANTS if not one.needs and ("secret" in one.name or one.breaks == "robustness/no-leak")]
OTHERS = [one.name for one in MUTANTS if not one.needs and one.name not in NAMED]
SERVERS = (NAMED + OTHERS[:: len(OTHERS) // 12])[:36]
"""All that are about secrets, and some of every kind beside them."""


def outputs(url, folder, capfd, *arguments):
    """Run the command with every report and a line for each request; return all that it wrote, by where."""
    command = ["ed-contract", "run", url, "--api-key", FIRST, "--second-api-key", SECOND, "-v", *arguments]
    command += ["-H", f"X-Tenant: {HEADER}", "--waivers", str(folder / "waivers.toml"), "--waivers-update"]
    for form in WRITERS:
        command += ["--report", f"{form}={folder / form}"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit):
            main()
    out, err = capfd.readouterr()
    return {"stdout": out, "stderr": err} | {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def leaks(written):
    """Return where a credential or a signing secret stands, and what stands around it."""
    found = []
    for where, text in written.items():
        marks = [re.escape(one) for one in (FIRST, SECOND, HEADER)] + [SIGNING.pattern]
        found += [(where, text[max(0, m.start() - 60) : m.end() + 20]) for m in re.finditer("|".join(marks), text)]
    return found


@pytest.mark.parametrize("name", SERVERS)
def test_no_output_about_a_broken_server_shows_a_secret(name, tmp_path, capfd):
    """Text, requests, lines of a verbose run, all reports, waivers."""
    (mutant,) = (one for one in MUTANTS if one.name == name)
    with serving(mutant) as url:
        written = outputs(url, tmp_path, capfd, "--phases", "smoke,auth", "--request-timeout", "2")
    assert set(WRITERS) <= set(written) or "error: " in written["stderr"]
    assert leaks(written) == []


@pytest.mark.parametrize("pad", [0, 55, 75, 100, 150])
@pytest.mark.parametrize("status", [200, 400, 500])
def test_no_output_about_a_server_that_shows_them_everywhere_does(pad, status, tmp_path, capfd):
    """In values, in names of members, escaped, and where messages cut them in two."""
    secrets = f"{'x' * pad}{FIRST} {SECOND} {HEADER} whsec_{'0aB' * 10}"

    def answer(_, headers):
        key = headers["Authorization"]
        document = {
            "name": secrets,
            secrets: {"webhook_endpoint": secrets},
            "id": key,
            "type": [secrets],
            "status": secrets,
        }
        document |= {"error": {"code": secrets}, "created": secrets, "webhook_endpoint": {"signing_secret": secrets}}
        return as_json(document, status, Location=secrets)

    with http_server(answer) as url:
        written = outputs(url, tmp_path, capfd, "--phases", "smoke")
    assert leaks(written) == []
    assert not re.search(r"sk_test_?(…|\\u2026)|hunter2(…|\\u2026)", "".join(written.values()))
    assert "***" in written["json"]
    assert json.loads(written["json"])["exit_code"] == 1


@pytest.mark.parametrize(
    "options",
    [
        {"api_key": f"{HEADER} "},
        {"headers": (("X-Tenant", f"{HEADER} "),)},
        {"url": f"http://me:{HEADER}@127.0.0.1:1"},
        {"url": f"https://me:{HEADER}@127.0.0.1:1"},
    ],
)
def test_no_exception_shows_a_credential(options):
    """One that cannot be sent, and a password in a URL that leads nowhere; nor does what caused it."""
    with Reference() as app, serve(app) as server, pytest.raises(EdContractError) as raised:
        run(Target(**({"url": server.url, "api_key": FIRST} | options)), phases=["smoke"])
    error = raised.value
    while error is not None:
        assert HEADER not in str(error)
        error = error.__cause__
