"""What on the command line adds tests of requirements, and a gate for sessions that judge nothing."""

from __future__ import annotations

import pytest

import ed_contract.pytest_plugin.judge  # noqa: F401 - pytester forgets what is first loaded in its own sessions

ONLY = ("--ed-only=echo/name", "--ed-only=echo/type")
OPTIONS = ("-p", "no:cacheprovider", "--ed-url=http://127.0.0.1:9", *ONLY)
ONLY_FILES = "no requirement is judged: only files were named; name a folder or `ed-contract` too"


@pytest.fixture
def collected(pytester):
    """Return the node ids that arguments collect in a folder with two files, and the whole result."""
    pytester.makepyfile(**{"tests/test_a": "def test_a(): pass", "tests/test_b": "def test_b(): pass"})

    def collect(*arguments):
        result = pytester.runpytest_inprocess(*OPTIONS, "--collect-only", "-q", *arguments)
        return [line for line in result.outlines if "::" in line], result

    return collect


A, B = "tests/test_a.py::test_a", "tests/test_b.py::test_b"
NAME, TYPE = "ed-contract::echo/name", "ed-contract::echo/type"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], [A, B, NAME, TYPE]),
        (["tests"], [A, B, NAME, TYPE]),
        (["tests/test_a.py"], [A]),
        (["tests/test_a.py::test_a"], [A]),
        (["tests/test_a.py", "tests"], [A, B, NAME, TYPE]),
        (["ed-contract"], [NAME, TYPE]),
        ([TYPE], [TYPE]),
        (["tests/test_b.py", "ed-contract"], [B, NAME, TYPE]),
        (["tests/test_b.py", NAME], [B, NAME]),
        (["tests", NAME], [A, B, NAME]),
        (["--deselect", NAME, "tests/test_a.py", "ed-contract"], [A, TYPE]),
    ],
)
def test_a_file_adds_no_requirements_unless_they_were_named(collected, arguments, expected):
    """A folder, or nothing, adds all; `ed-contract` all; `ed-contract::ID` one."""
    found, result = collected(*arguments)
    assert result.ret == 0
    assert found == expected


def test_a_folder_of_that_name_is_a_folder(collected, pytester):
    """A node id is only what names no file."""
    pytester.makepyfile(**{"ed-contract/test_c": "def test_c(): pass"})
    found, _ = collected("ed-contract")
    assert found == ["ed-contract/test_c.py::test_c", NAME, TYPE]


def test_header_and_summary_say_that_nothing_is_judged(pytester):
    """Where there is a target, and only files were named."""
    pytester.makepyfile("def test_mine(): pass")
    result = pytester.runpytest_inprocess(*OPTIONS, "test_header_and_summary_say_that_nothing_is_judged.py")
    assert (result.ret, result.parseoutcomes()) == (0, {"passed": 1})
    result.stdout.fnmatch_lines([f"ed_contract: {ONLY_FILES}", "*= ed-contract =*", ONLY_FILES])


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([*OPTIONS, "test_mine.py"], ONLY_FILES),
        ([*OPTIONS, "-k", "mine"], "no requirement was judged: none was selected: check -k, -m and --deselect"),
        ([], "no requirement was judged: no server was given: use --ed-url or --ed-app"),
    ],
)
@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_a_gate_fails_a_session_that_judges_nothing(pytester, arguments, why, workers):
    """`--ed-require`: exit 4, and one sentence; in worker processes too."""
    pytester.makepyfile(test_mine="def test_mine(): pass")
    result = pytester.runpytest_subprocess(*arguments, "--ed-require", *workers)
    assert (result.ret, result.parseoutcomes()["passed"]) == (pytest.ExitCode.USAGE_ERROR, 1)
    result.stdout.fnmatch_lines([f"ERROR: --ed-require: {why}"])


def test_the_gate_stands_in_the_ini_file_too(pytester):
    """`ed_require`; and collecting judges nothing, on purpose."""
    pytester.makeini("[pytest]\ned_require = true")
    pytester.makepyfile("def test_mine(): pass")
    assert pytester.runpytest_inprocess().ret == pytest.ExitCode.USAGE_ERROR
    assert pytester.runpytest_inprocess("--collect-only").ret == 0


def test_a_test_of_ones_own_that_judges_is_enough(pytester):
    """By `ed_requirement`, `ed_run` or `ed_create`."""
    pytester.makepyfile(shop="from ed_contract.reference import Reference\napp = Reference()\n")
    pytester.makepyfile(test_mine="def test_mine(ed_run): ed_run(only='echo/name')")
    options = ("--ed-app=shop:app", "--ed-api-key=sk_test_a", "--ed-phases=smoke", "--ed-require")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *options, "test_mine.py")
    assert (result.ret, result.parseoutcomes()) == (0, {"passed": 1})


def test_a_node_id_of_a_requirement_needs_a_server(pytester):
    """In two lines."""
    result = pytester.runpytest_inprocess("ed-contract::echo/name")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: ed-contract names no test without a server", "ERROR: give --ed-url or --ed-app too."]
    )


def test_a_node_id_that_names_no_requirement_is_refused(pytester):
    """With the nearest one."""
    result = pytester.runpytest_inprocess(*OPTIONS, "ed-contract::echo/nam")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *echo/nam*"])
