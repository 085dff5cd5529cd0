"""The commands of README and docs are ones that there are, and print what is shown."""

from __future__ import annotations

import itertools
import os
import re
import shlex
import tomllib

import click
import command_line
import pytest
import yaml
from common.command import ed_contract
from common.consoles import PAGES, ROOT, blocks, is_as_shown

from ed_contract.cli import cli
from ed_contract.cli.commands import COMMANDS
from ed_contract.configuration import sources
from ed_contract.options import at, resolve
from ed_contract.options.option import FILE, PYTEST
from ed_contract.waivers import load as load_waivers

PROGRAM = "ed-contract"
ASKS = "echo $?"
BLOCKS = {f"{page.stem}-{number}": block for page in PAGES for number, block in enumerate(blocks(page), 1)}
PAGE_OF = {f"{page.stem}-{number}": page for page in PAGES for number, _ in enumerate(blocks(page), 1)}
CONSOLES = [name for name, block in BLOCKS.items() if block.language == "console"]
WITH_OUTPUT = [
    name
    for name in CONSOLES
    if PAGE_OF[name].stem not in {"tutorial", "found"} and any(command.shown for command in BLOCKS[name].commands)
]
WRITTEN = [name for name, block in BLOCKS.items() if block.language in {"toml", "yaml"}]
FILES = (
    "report.json",
    "waivers.toml",
    "ed_contract.toml",
    "run.ndjson",
    "capture.har",
    "node-1.ndjson",
    "node-2.ndjson",
    "part-1.ndjson",
    "part-2.ndjson",
    "part-*.ndjson",
    ".ed_contract/last.ndjson",
    ".ed_contract/load/*.ndjson",
)
OF_PIPELINES = {
    "GITHUB_STEP_SUMMARY": "summary.md",
    "GITHUB_RUN_ID": "16000000001",
    "CI_PIPELINE_ID": "16000000001",
    "CI_NODE_INDEX": "1",
    "CI_NODE_TOTAL": "4",
    "SERVER_URL": "http://127.0.0.1:8000",
}
"""What GitHub and GitLab, and their users, set."""


def words_of(line):
    """Return the words of our own command in a line, without what comes before and after it."""
    if not re.search(rf"\b{PROGRAM} [a-z]", line):
        return []
    words = shlex.split(line, comments=True)
    own = words[words.index(PROGRAM) + 1 :] if PROGRAM in words else []
    return list(itertools.takewhile(lambda word: word not in {"|", "||", "&", "&&", ";", ">"}, own))


def lines_in(document):
    """Yield the lines of each text in a YAML document, with something in the place of a pipeline's own variables."""
    if isinstance(document, str):
        yield from re.sub(r"\$\{\{.*?\}\}", "1", document).replace("\\\n", " ").splitlines()
    elif isinstance(document, dict | list):
        for one in document.values() if isinstance(document, dict) else document:
            yield from lines_in(one)


def require_known(words):
    """Fail unless the command line is taken: a command that there is, its options, and their values."""
    name, *arguments = words
    command = cli.get_command(click.Context(cli), name)
    try:
        command.make_context(name, arguments).close()
    except click.UsageError as error:
        pytest.fail(f"{PROGRAM} {' '.join(words)}: {error.format_message()}")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with files of the names that pages use."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "ed_contract.toml").write_text("[profiles.nightly]\n[profiles.smoke]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name, value in OF_PIPELINES.items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.mark.parametrize("name", CONSOLES)
@pytest.mark.usefixtures("folder")
def test_a_command_is_one_that_there_is(name):
    """With the options of `ed-contract`, and those of the pytest plugin."""
    known = {f"--ed-{one.name}" for one in at(PYTEST)}
    for command in BLOCKS[name].commands:
        if words := words_of(command.text):
            require_known(words)
        assert set(re.findall(r"--ed-[a-z-]+", command.text)) <= known


@pytest.mark.parametrize("name", WITH_OUTPUT)
def test_a_command_prints_what_is_shown(name, tmp_path, monkeypatch):
    """In a folder with the files of the page, and those that commands write; two pages have tests of their own."""
    monkeypatch.chdir(tmp_path)
    for file in blocks(PAGE_OF[name]):
        if file.title:
            (tmp_path / file.title).write_text(file.text, encoding="utf-8")
    commands = BLOCKS[name].commands
    for command, following in zip(commands, (*commands[1:], None), strict=True):
        if command.text != ASKS and (command.shown or " -o " in command.text):
            words = shlex.split(command.text)
            environment = dict(word.split("=", 1) for word in words[: words.index(PROGRAM)])
            done = ed_contract(*words_of(command.text), **environment)
            code = int(following.shown) if following is not None and following.text == ASKS else 0
            assert (done.returncode, done.stderr) == (code, "")
            assert is_as_shown(command.shown, done.stdout), done.stdout


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.usefixtures("folder")
def test_a_file_is_one_that_is_taken(name, tmp_path):
    """Settings and waivers by whoever reads them, and the commands of a pipeline."""
    block = BLOCKS[name]
    path = tmp_path / (block.title or f"{'waivers' if '[[waiver]]' in block.text else 'other'}.{block.language}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")
    if path.name == "waivers.toml":
        assert load_waivers(path).entries
    elif path.name == "ed_contract.toml":
        for profile in (None, *tomllib.loads(block.text).get("profiles", {})):
            assert resolve(sources(path, profile=profile, environment={"SHOP_KEY": "sk_test_a"})).origins
    elif block.language == "toml":
        assert tomllib.loads(block.text)
    else:
        for line in lines_in(yaml.safe_load(block.text)):
            if words := words_of(os.path.expandvars(line)):
                require_known(words)


def test_each_command_and_each_option_is_told():
    """The page of the command line is what the commands are."""
    page = command_line.commands()
    assert re.findall(r"^## (\S+) ", page, re.MULTILINE) == list(COMMANDS)
    for command in (cli.get_command(click.Context(cli), name) for name in COMMANDS):
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                assert option.opts[-1] in page


def test_each_setting_is_told():
    """The table of settings holds the names that a file may."""
    told = re.findall(r"^\| `([a-z-]+)` \| ", command_line.settings(), re.MULTILINE)
    assert told == [option.name for option in at(FILE)]


def test_each_field_of_the_json_report_is_told():
    """By its name, and none that is not there."""
    schema = yaml.safe_load((ROOT / "ed_contract" / "report" / "report.schema.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "json_report.md").read_text(encoding="utf-8")
    told = {name for row in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    parts = {
        **schema["$defs"],
        "run": schema,
        "phase": schema["properties"]["phases"]["items"],
        "coverage": schema["properties"]["coverage"],
    }
    fields = {name for part in parts.values() for name in part.get("properties", {})}
    assert told == fields
