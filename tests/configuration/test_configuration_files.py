"""Settings of a file: where it is found, what it may hold, and what goes before what."""

from __future__ import annotations

import pytest

from ed_contract.configuration import find, sources
from ed_contract.contract.contract import edition_of
from ed_contract.exceptions import UsageError
from ed_contract.options import BY_NAME, resolve


def written(folder, text, name="ed_contract.toml"):
    """Write a file of settings and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def said(path, **more):
    """Return what a file says, by name, and where each setting comes from."""
    done = resolve(sources(path, **more))
    return {name: getattr(done.settings, BY_NAME[name].attribute) for name in done.origins}, done.origins


def test_the_nearest_file_is_found_upwards(tmp_path):
    """A file of its own before the project's, and a project's file without our table is passed over."""
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find(below) is None or not find(below).is_relative_to(tmp_path)
    project = written(tmp_path, '[tool.ed_contract]\nurl = "http://h"\n', "pyproject.toml")
    written(below.parent, "[tool.other]\n", "pyproject.toml")
    assert find(below) == project
    own = written(tmp_path, "")
    assert find(below) == own


def test_names_are_those_of_options_with_dashes_or_underscores(tmp_path):
    """Texts, numbers, truth values, and lists of texts."""
    path = written(tmp_path, 'max_requests = 5\nstrict = true\nonly = ["echo/*", "include/*"]\n')
    assert said(path)[0] == {"max-requests": 5, "strict": True, "only": ("echo/*", "include/*")}
    assert sources(None) == ()


def test_a_profile_goes_before_what_is_general(tmp_path):
    """And it is known which settings are its own."""
    path = written(
        tmp_path,
        "[tool.ed_contract]\nseed = 1\nstrict = true\n[tool.ed_contract.profiles.nightly]\nseed = 7\n",
        "pyproject.toml",
    )
    assert said(path)[0] == {"seed": 1, "strict": True}
    values, origins = said(path, profile="nightly")
    assert values == {"seed": 7, "strict": True}
    assert origins == {"seed": f"profile in {path}", "strict": str(path)}


def test_variables_are_those_of_the_environment(tmp_path):
    """In texts and in lists of texts; a setting of a profile that is not in force wants none."""
    path = written(
        tmp_path, 'url = "http://${HOST}:${PORT}/"\nonly = ["${AREA}/*"]\n[profiles.x]\napi-key = "${NOT_SET}"\n'
    )
    environment = {"HOST": "h", "PORT": "1", "AREA": "echo"}
    assert said(path, environment=environment)[0] == {"url": "http://h:1/", "only": ("echo/*",)}


@pytest.mark.parametrize(
    ("text", "profile", "message"),
    [
        ("max-request = 5", None, "{path}: unknown setting `max-request`\ndid you mean `max-requests`?"),
        ("dry-run = true", None, "{path}: `dry-run` cannot be set in a file\ngive --dry-run on the command line."),
        ("zzz = 5", None, "{path}: unknown setting `zzz`\nthe known names are allow-live, api-key, "),
        ("[profiles.x]\nsede = 5", None, "{path}, profile x: unknown setting `sede`\ndid you mean `seed`?"),
        ("[profiles.nightly]", "nighty", "{path}: no profile 'nighty'\ndid you mean `nightly`?"),
        ("", "nightly", "{path}: no profile 'nightly'\nthe known names are vendor-sandbox."),
        ("", "vendor-sandbx", "{path}: no profile 'vendor-sandbx'\ndid you mean `vendor-sandbox`?"),
        (
            "profiles = 1",
            None,
            "{path}: `profiles` is not a table of tables\nbegin a profile with a line [profiles.NAME].",
        ),
        ("url = {}", None, "{path}: `url`: invalid value {{}}: expected text, e.g. http://127.0.0.1:8000"),
        ("url = 5", None, "{path}: `url`: invalid value 5: expected text, e.g. http://127.0.0.1:8000"),
        ("api-key = 5", None, "{path}: `api-key`: invalid value: expected text, e.g. sk_test_a"),
        ('strict = "perhaps"', None, "{path}: `strict`: invalid value 'perhaps': expected true or false"),
        (
            "max-requests = true",
            None,
            "{path}: `max-requests`: invalid value True: expected a whole number of at least 1",
        ),
        ("only = [1]", None, "{path}: `only`: invalid value 1: expected text, e.g. 'echo/*'"),
        (
            'api-key = "${NOT_SET}"',
            None,
            "{path}: `api-key` needs ${{NOT_SET}}, which is not set\nset it, or leave out the setting.",
        ),
        (
            "x",
            None,
            "{path} is not valid TOML: Expected '=' after a key in a key/value pair (at end of document)\n"
            "write settings like this: max-requests = 500.",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_told_in_two_lines(tmp_path, text, profile, message):
    """Where, what, and what to do."""
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as told:
        said(path, profile=profile, environment={})
    assert str(told.value).startswith(message.format(path=path))


def test_a_profile_without_a_file_is_told():
    """There is nothing it could be in."""
    with pytest.raises(UsageError) as told:
        sources(None, profile="nightly")
    assert str(told.value) == (
        "no profile 'nightly': there is no ed_contract.toml here or above\ncreate one, or leave out the profile."
    )
    with pytest.raises(UsageError, match="did you mean `vendor-sandbox`") as told:
        sources(None, profile="vendor_sandbox")


def test_a_built_in_profile_needs_no_file(tmp_path):
    """A profile of its name in a file goes before it, and it goes before what is general."""
    ours = {
        "api-version": "2026-09-30.endive",
        "cleanup": True,
        "max-destinations": 16,
        "rate-limit": 20.0,
        "require-target": True,
    }
    values, origins = said(None, profile="vendor-sandbox")
    assert (values, {*origins.values()}) == (ours, {"built-in profile vendor-sandbox"})
    assert edition_of(None, values["api-version"]) == "2026-09"
    general = 'seed = 1\nrate-limit = "${NOT_SET}"\n'
    path = written(tmp_path, f"{general}[profiles.vendor-sandbox]\nmax_destinations = 13\n")
    values, origins = said(path, profile="vendor-sandbox", environment={})
    assert values == {**ours, "max-destinations": 13, "seed": 1}
    assert origins["max-destinations"] == f"profile in {path}"
    path.write_text('rate-limit = "5/s"\ncleanup = false\n')
    assert said(path, profile="vendor-sandbox")[0] == ours
