"""The GitHub action, its steps run as a runner would."""

from __future__ import annotations

import json
import re
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from common.broken import NameNotRequired
from common.github import ACTION, ROOT, STEPS, step
from common.servers import as_json, http_server

from ed_contract.reference import Reference, serve

INSTALLED = {"install": {"python": sys.executable}}
REPORTS = ("json", "html", "junit", "sarif", "ctrf", "badge")


def judged(folder, **inputs):
    """Run the step that judges, of the phase smoke if no other is given."""
    return step("judge", folder, steps=INSTALLED, **{"phases": "smoke", **inputs})


@pytest.fixture
def url():
    """The reference server's URL."""
    with Reference() as app, serve(app) as server:
        yield server.url


def test_the_action_satisfies_the_published_schema():
    """That of SchemaStore."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "ok -- validation done\n")


def test_no_script_holds_an_expression():
    """What stands in an input could be a command there: it goes by the environment."""
    scripts = [one["run"] for one in STEPS.values() if "run" in one]
    assert len(scripts) == 2
    assert not [script for script in scripts if "${{" in script]


def test_every_input_is_used():
    """And described."""
    text = "\n".join(json.dumps(one) for one in STEPS.values())
    assert [name for name in ACTION["inputs"] if not re.search(rf"inputs\.{name}\b(?!-)", text)] == []
    assert all(one["description"] for one in (*ACTION["inputs"].values(), *ACTION["outputs"].values()))


def test_a_right_server_passes(url, tmp_path):
    """Exit 0, every output that the action promises, every report in its file, and the summary."""
    done = judged(tmp_path, url=url, api_key="sk_test_a")
    assert done.exit_code == 0, done.log
    assert sorted(done.outputs) == sorted(ACTION["outputs"])
    assert (done.outputs["verdict"], done.outputs["exit-code"]) == ("pass", "0")
    folder = Path(done.outputs["reports"])
    assert sorted(path.name for path in folder.iterdir()) == sorted(Path(done.outputs[form]).name for form in REPORTS)
    assert json.loads(Path(done.outputs["badge"]).read_bytes())["message"].startswith("conforms as far as judged: ")
    assert done.summary.startswith("## CONFORMS AS FAR AS JUDGED: ")
    assert re.search(rf"\nCONFORMS AS FAR AS JUDGED: \d+ of \d+ MUST: {url}", done.log)
    assert done.commands == []
    assert "sk_test_a" not in done.log + done.summary + Path(done.outputs["json"]).read_text(encoding="utf-8")


def test_a_broken_server_fails_the_step(tmp_path):
    """Exit 1; the finding is an annotation, and told in log and summary."""
    with NameNotRequired() as app, serve(app) as server:
        done = judged(tmp_path, url=server.url, api_key="sk_test_a", args="--only=request/name/*\n\n  --no-shrink  \n")
    assert (done.exit_code, done.outputs["exit-code"], done.outputs["verdict"]) == (1, "1", "fail")
    (annotation,) = done.commands
    assert annotation.startswith("::error title=1. request/name/required [removed]::Expected: a refusal (4xx)")
    assert "\n1. FAIL request/name/required [removed] (MUST)\n" in done.log
    assert "\n| 1 | MUST | request/name/required | removed: 200: accepted without \\`name\\` |\n" in done.summary
    rows = json.loads(Path(done.outputs["json"]).read_bytes())["requirements"]
    assert {row["id"].rpartition("/")[0] for row in rows} == {"request/name"}


def test_what_the_server_says_is_no_command(tmp_path):
    """A runner obeys a line of the log wherever the sign of its old commands stands in it."""

    def hostile(*_):
        return as_json({"error": "##[add-mask]x"}, 500, **{"X-Note": "::warning::x"})

    with http_server(hostile) as url:
        done = judged(tmp_path, url=url)
    assert done.exit_code == 1
    assert "##[add-mask]" in done.log
    assert done.commands
    assert not [line for line in done.commands if not line.startswith(("::error title=", "::warning title="))]


def test_inputs_are_data(url, tmp_path):
    """No shell reads them, and none is an option."""
    made = tmp_path / "made"
    hostile = f"$(touch {made})`touch {made}`'; touch {made}; '\"; touch {made}; \""
    for inputs in ({"url": hostile}, {"url": "--help"}, {"url": url, "seed": hostile}, {"url": url, "args": hostile}):
        done = judged(tmp_path, **inputs)
        assert (done.exit_code, done.outputs["verdict"]) == (2, ""), done.log
    assert not made.exists()


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "error: there is nothing to judge: no URL and no --app\n"),
        (
            {"phases": "smok", "url": "http://h"},
            "error: --phases: invalid value 'smok': expected one or more of smoke, ",
        ),
        (
            {"strict": "yes", "url": "http://h"},
            "::error title=ed-contract::invalid input strict: expected true or false\n",
        ),
    ],
)
def test_what_cannot_be_judged_fails_the_step(tmp_path, inputs, message):
    """Exit 2: above all where there is no URL, in whose place the embedded server would conform."""
    done = judged(tmp_path, **inputs)
    assert done.exit_code == 2
    assert message in done.log
    assert done.outputs.get("verdict", "") == ""


def test_a_folder_for_the_reports_holds_those_of_this_run(url, tmp_path):
    """It is made; what an earlier step left there is not taken for ours."""
    inputs = {"reports": "some/reports", "api_key": "sk_test_a"}
    assert judged(tmp_path, url=url, **inputs).outputs["json"] == str(tmp_path / "some/reports/report.json")
    again = judged(tmp_path, url="http://127.0.0.1:1", **inputs)
    assert (again.exit_code, again.outputs["json"], again.outputs["verdict"]) == (2, "", "")


def test_the_server_is_started_and_the_settings_are_read(tmp_path):
    """From ed_contract.toml, with a credential of the job's environment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    (tmp_path / "ed_contract.toml").write_text(f'url = "{url}"\nonly = ["echo/name"]\n', encoding="utf-8")
    command = f"exec {shlex.quote(sys.executable)} -m ed_contract serve --port {url.rpartition(':')[2]}"
    done = judged(tmp_path, server_command=command, strict="true", environment={"ED_CONTRACT_API_KEY": "sk_test_a"})
    assert (done.exit_code, done.outputs["verdict"]) == (0, "pass"), done.log
    report = json.loads(Path(done.outputs["json"]).read_bytes())
    assert [row["id"] for row in report["requirements"]] == ["echo/name"]


def test_an_application_is_called_in_process(tmp_path):
    """It is imported from where the step runs."""
    (tmp_path / "shop.py").write_text("from ed_contract.reference import Reference\napp = Reference()\n", "utf-8")
    done = judged(tmp_path, app="shop:app", api_key="sk_test_a")
    assert (done.exit_code, done.outputs["verdict"]) == (0, "pass"), done.log


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_job_has_reports_and_outputs(ending, tmp_path):
    """A runner sends one signal, and gives it some seconds."""
    started = []

    class Cancelled(Reference):
        """Lives in a job that is cancelled at its 20th request."""

        came = 0

        def handle(self, request):
            Cancelled.came += 1
            if Cancelled.came == 20:
                started[0].send_signal(ending)
            return super().handle(request)

    with Cancelled() as app, serve(app) as server:
        done = judged(tmp_path, url=server.url, api_key="sk_test_a", on_start=started.append)
    assert (done.exit_code, done.outputs["exit-code"]) == (130, "130"), done.log
    assert json.loads(Path(done.outputs["json"]).read_bytes())["end"] == "interrupted"
    assert json.loads(Path(done.outputs["badge"]).read_bytes())["message"] == "interrupted"
    assert "\nINTERRUPTED" in done.log
    assert done.summary.startswith("## INTERRUPTED")
