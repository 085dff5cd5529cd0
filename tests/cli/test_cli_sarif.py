"""What the results of a SARIF report point to: the same through every door."""

from __future__ import annotations

import json

import pytest
from common.command import ed_contract

SHOP = """\
from ed_contract.zoo import MUTANTS

app = next(one.make() for one in MUTANTS if one.name == "type-any-case")
"""
RUN = ("run", "--only", "request/type/enum", "--phases", "mutations", "--no-record", "--no-shrink")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A repository with an application that breaks one requirement, and no settings file."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "shop_of_sarif.py").write_text(SHOP, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "src")
    return tmp_path


def pointed(*arguments, command=RUN, **environment):
    """Run the command; return the URI that its results point to."""
    done = ed_contract(*command, "--report", "sarif=report.sarif", *arguments, **environment)
    assert done.returncode == 1, done.stderr
    with open("report.sarif", encoding="utf-8") as file:  # noqa: PTH123 - of the current folder
        (run,) = json.load(file)["runs"]
    (uri,) = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]}
    return uri


APP = ("--app", "shop_of_sarif:app", "--api-key", "sk_test_a")


def test_an_application_is_what_its_findings_point_to(shop):
    """Its file was loaded; a settings file goes before it, wherever it is found."""
    assert pointed(*APP) == "src/shop_of_sarif.py"
    (shop / "ed_contract.toml").write_text("seed = 7", encoding="utf-8")
    assert pointed(*APP) == "ed_contract.toml"


@pytest.mark.usefixtures("shop")
def test_the_option_goes_before_both(tmp_path):
    """On the command line, in the environment, in the settings file."""
    assert pointed(*APP, "--sarif-location", "till.py") == "src/till.py"
    assert pointed(*APP, ED_CONTRACT_SARIF_LOCATION="../openapi.yaml") == "openapi.yaml"
    (tmp_path / "ed_contract.toml").write_text('sarif-location = "till.py"', encoding="utf-8")
    assert pointed(*APP) == "src/till.py"


@pytest.mark.usefixtures("shop")
def test_a_record_that_is_judged_points_there_too():
    """By the option, else by the settings file or the usual one."""
    done = ed_contract(*RUN[:-2], *APP, "--record", "run.ndjson")
    assert done.returncode == 1, done.stderr
    judge = ("judge", "run.ndjson")
    assert pointed(command=judge) == "ed_contract.toml"
    assert pointed("--sarif-location", "till.py", command=judge) == "src/till.py"


@pytest.mark.usefixtures("shop")
def test_a_file_outside_of_the_repository_is_refused_before_anything_is_sent(tmp_path):
    """In two lines."""
    done = ed_contract(*RUN, "http://127.0.0.1:1", "--sarif-location", "/etc/passwd")
    assert (done.returncode, done.stderr) == (
        2,
        f"error: findings cannot point to /etc/passwd: it is outside of the repository {tmp_path}\n"
        "name a file of the repository, e.g. src/shop/app.py.\n",
    )
