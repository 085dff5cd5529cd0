"""One table of options, and every door has what it says: none is written twice."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest
import yaml
from common.command import ed_contract

from ed_contract.cli import cli
from ed_contract.exceptions import UsageError
from ed_contract.options import BY_NAME, DEFAULTS, OPTIONS, Settings, Source, at, environment, misspelt, resolve
from ed_contract.options.option import ACTION, COMMAND, ENVIRONMENT, FILE, INI, PYTEST
from ed_contract.options.values import REPORTS
from ed_contract.phases import PHASES
from ed_contract.report.writers import WRITERS
from ed_contract.transport import Target

ROOT = Path(__file__).resolve().parents[2]
OF_THE_COMMAND = {"help", "config", "profile"}


def source(door=COMMAND, **given):
    """Return a source that gives these, by name with underscores."""
    return Source(
        name=door, door=door, said=lambda one: f"<{one.name}>", given=lambda one: given.get(one.name.replace("-", "_"))
    )


def test_every_door_has_what_the_table_says(pytester):
    """The command, pytest's options and ini keys, the action's inputs."""
    run = cli.get_command(click.Context(cli), "run")
    names = {param.opts[-1].removeprefix("--") for param in run.params} - OF_THE_COMMAND
    assert names == {option.name for option in at(COMMAND)}
    told = pytester.runpytest_subprocess("--help").stdout.str()
    assert set(re.findall(r"^  --ed-([a-z-]+)", told, re.MULTILINE)) - {"require"} == {one.name for one in at(PYTEST)}
    keys = {"ed_require"} | {f"ed_{one.name.replace('-', '_')}" for one in at(INI)}
    assert set(re.findall(r"^  (ed_\w+) \(", told, re.MULTILINE)) == keys
    inputs = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    assert {one.name for one in at(ACTION)} == set(inputs) & set(BY_NAME)
    assert [one.name for one in at(ACTION) if not inputs[one.name]["description"].startswith(one.help)] == []


def test_the_names_that_others_use_are_those_of_the_table():
    """Phases, formats of reports, and the fields of a target."""
    assert tuple(WRITERS) == tuple(REPORTS)
    assert len(set(PHASES)) == len(PHASES)
    own = {"url", "app", "contract", "renewed"}
    shared = {field.name: field.default for field in fields(Target) if field.name not in own}
    assert shared == {name: getattr(DEFAULTS, name) for name in shared}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda one: one.name)
def test_an_option_is_explained_once(option):
    """By one sentence or more, and what it expects completes a sentence."""
    assert option.help.endswith(".")
    assert option.help[0].isupper()
    assert not option.value.expected.endswith(".")
    assert sum(other.name == option.name or other.variable == option.variable for other in OPTIONS) == 1


def test_an_earlier_source_goes_before_a_later_one():
    """And says how the user knows it there."""
    done = resolve(
        [source(max_requests="7"), environment({"ED_CONTRACT_MAX_REQUESTS": "8", "ED_CONTRACT_STRICT": "1"})]
    )
    assert (done.settings.max_requests, done.settings.strict, done.settings.seed) == (7, True, None)
    assert done.origins == {"max-requests": COMMAND, "strict": "$ED_CONTRACT_STRICT"}
    assert done.first_given([BY_NAME["seed"], BY_NAME["strict"]]) == "$ED_CONTRACT_STRICT"


def test_every_option_stands_in_the_environment_but_those_of_one_call():
    """Lists one a line, truth values as 1, 0, true or false; what is empty is not given."""
    assert {one.name for one in OPTIONS} - {one.name for one in at(ENVIRONMENT)} == {"dry-run", "waivers-update"}
    assert at(FILE) == at(ENVIRONMENT)
    variables = {"ONLY": "echo/*\ninclude/*", "NO_SHRINK": "true", "CLEANUP": "0", "PHASES": "smoke,auth", "SEED": ""}
    settings = resolve([environment({f"ED_CONTRACT_{name}": value for name, value in variables.items()})]).settings
    assert settings.only == ("echo/*", "include/*")
    assert (settings.shrink, settings.cleanup, settings.phases) == (False, False, ("smoke", "auth"))
    with pytest.raises(UsageError) as told:
        resolve([environment({"ED_CONTRACT_STRICT": "perhaps"})])
    assert str(told.value) == "$ED_CONTRACT_STRICT: invalid value 'perhaps': expected true or false"


def test_the_old_name_of_a_phase_is_taken_with_a_warning():
    """A promise to users: what was written once goes on working for a while."""
    with pytest.warns(FutureWarning, match="the phase idempotency is now called keys"):
        settings = resolve([environment({"ED_CONTRACT_PHASES": "smoke,idempotency"})]).settings
    assert settings.phases == ("smoke", "keys")


def test_a_url_and_an_application_exclude_each_other():
    """The first source that gives either decides; one that gives both is wrong."""
    done = resolve([source(app="shop:app"), environment({"ED_CONTRACT_URL": "http://h"})])
    assert (done.settings.url, done.settings.app) == (None, "shop:app")
    with pytest.raises(UsageError, match="a URL and an application were both given"):
        resolve([source(app="shop:app", url="http://h")])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"max_requests": 0}, "max_requests: invalid value 0: expected a whole number of at least 1"),
        ({"phases": ()}, "phases: invalid value (): expected one or more of smoke, "),
        ({"rate_limit": -1.0}, "rate_limit: invalid value -1.0: expected N/s, N/m or N/h, e.g. 20/s"),
        ({"api_key": 5}, "api_key: invalid value: expected text, e.g. sk_test_a"),
        ({"max_time": float("nan")}, "max_time: invalid value nan: expected seconds above 0, up to 604800"),
        ({"clock_skew": float("nan")}, "clock_skew: invalid value nan: expected seconds from 0 to 3600"),
        ({"record": "-"}, "record: invalid value '-': expected the path of a file, e.g. run.ndjson"),
        ({"workers": True}, "workers: invalid value True: expected a whole number from 1 to 64"),
    ],
)
def test_what_python_gives_is_checked_too(given, message):
    """By the same table, under the name of the argument; a credential is not repeated."""
    with pytest.raises(UsageError) as told:
        Settings(**given)
    assert str(told.value).startswith(message)


def test_what_python_gives_is_read_too():
    """In the forms that the doors take."""
    settings = Settings(rate_limit="600/m", phases="smoke", headers=["X-Tenant: acme"], shrink=False, tls_verify="no")
    assert (settings.rate_limit, settings.phases, settings.headers) == (10, ("smoke",), (("X-Tenant", "acme"),))
    assert (settings.shrink, settings.tls_verify) == (False, False)
    assert "sk_test" not in repr(Settings(api_key="sk_test_a"))


@pytest.mark.parametrize(("text", "rate"), [("20/s", 20), ("600/m", 10), ("1800/h", 0.5), ("0.5/s", 0.5)])
def test_a_rate_is_so_many_in_a_unit(text, rate):
    """Seconds, minutes or hours."""
    assert Settings(rate_limit=text).rate_limit == rate


@pytest.mark.parametrize("text", ["uuid", "prefix:key_", "prefix:a/b", "regex:[a-z0-9]{20,255}", "regex:^k_[A-Z]+$"])
def test_a_form_of_keys_is_taken_as_it_is(text):
    """A word, or what follows one."""
    assert Settings(key_format=text).key_format == text


@pytest.mark.parametrize(
    "text",
    ["", "uuid:4", "prefix:", "prefix:a b", "prefix:é", "key_", "regex:", "regex:[", "regex:abc", "regex:.{3}",
     "regex:a{300}", "regex: [a-z]{30}", "regex:é[a-z]{30}"],
)  # fmt: skip
def test_what_gives_no_keys_is_told_in_two_lines(text):
    """What cannot be read, what HTTP does not carry, and what a run would soon have used up."""
    with pytest.raises(UsageError) as told:
        Settings(key_format=text)
    assert str(told.value) == (
        f"key_format: invalid value {text!r}: expected uuid, prefix:TEXT or regex:RE, e.g. prefix:key_ or "
        "'regex:[a-z0-9]{20,40}'\n"
        "keys are visible ASCII, at most 255 characters, and a regex must match thousands of them"
    )


@pytest.mark.parametrize("text", ["20", "20/d", "x/s", "0/s", "-1/s", "inf/s", "nan/s", ""])
def test_what_is_not_a_rate_is_told(text):
    """With an example."""
    with pytest.raises(UsageError) as told:
        Settings(rate_limit=text)
    assert str(told.value) == f"rate_limit: invalid value {text!r}: expected N/s, N/m or N/h, e.g. 20/s"


def test_the_command_reads_the_environment(monkeypatch):
    """URL and limits; and what is wrong there is told under the variable's name."""
    monkeypatch.setenv("ED_CONTRACT_MAX_REQUESTS", "0")
    done = ed_contract("run", "http://127.0.0.1:1")
    assert (done.returncode, done.stderr) == (
        2,
        "error: $ED_CONTRACT_MAX_REQUESTS: invalid value '0': expected a whole number of at least 1\n",
    )
    monkeypatch.setenv("ED_CONTRACT_MAX_REQUESTS", "9")
    monkeypatch.setenv("ED_CONTRACT_URL", "http://127.0.0.1:1")
    assert ed_contract("run").stderr.startswith("error: http://127.0.0.1:1/v2/core/event_destinations does not answer")


@pytest.mark.parametrize(
    ("variable", "warning"),
    [
        ("ED_CONTRACT_MAX_REQEUSTS", "$ED_CONTRACT_MAX_REQEUSTS is ignored: did you mean $ED_CONTRACT_MAX_REQUESTS?"),
        ("ED_CONTRACT_TIMEOUT", "$ED_CONTRACT_TIMEOUT is ignored: did you mean $ED_CONTRACT_REQUEST_TIMEOUT?"),
        ("ED_CONTRACT_max_time", "$ED_CONTRACT_max_time is ignored: did you mean $ED_CONTRACT_MAX_TIME?"),
        ("ED_CONTRACT_PROFILE", None),
        ("ED_CONTRACT_URL", None),
        ("ED_CONTRACT_OF_MY_OWN", None),
        ("MAX_REQEUSTS", None),
    ],
)
def test_a_variable_that_looks_like_a_setting_is_told(monkeypatch, variable, warning):
    """A name of the user's own, that resembles none, is left alone."""
    assert list(misspelt([variable])) == ([] if warning is None else [warning])
    if warning is not None:
        monkeypatch.setenv(variable, "7")
        assert ed_contract("config").stderr == f"warning: {warning}\n"


def test_help_shows_the_options_in_groups():
    """Each under the group of the table, with its default."""
    run = cli.get_command(click.Context(cli), "run")
    told = run.get_help(click.Context(run, info_name="run", terminal_width=200))
    at_limits = told.partition("\nLimits:\n")[2].partition("\n\n")[0]
    assert re.findall(r"--([a-z-]+)", at_limits)[0] == "max-requests"
    assert "[default: 900]" in at_limits
    assert "\nTarget:\n" in told
