"""Settings of a file: where it is found, what it may hold, and what goes before what."""

from __future__ import annotations

import pytest

from ed_contract.configuration import find, load
from ed_contract.exceptions import UsageError

KNOWN = ("url", "api-key", "seed", "max-requests", "only", "strict")


def written(folder, text, name="ed_contract.toml"):
    """Write a file of settings and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


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
    assert load(path, KNOWN).values == {"max-requests": 5, "strict": True, "only": ["echo/*", "include/*"]}
    assert load(None, KNOWN).values == {}


def test_a_profile_goes_before_what_is_general(tmp_path):
    """And it is known which settings are its own."""
    path = written(
        tmp_path,
        '[tool.ed_contract]\nseed = 1\nstrict = true\n[tool.ed_contract.profiles.nightly]\nseed = "random"\n',
        "pyproject.toml",
    )
    assert load(path, KNOWN).values == {"seed": 1, "strict": True}
    nightly = load(path, KNOWN, profile="nightly")
    assert (nightly.values, nightly.of_profile) == ({"seed": "random", "strict": True}, {"seed"})


def test_variables_are_those_of_the_environment(tmp_path):
    """In texts and in lists of texts; a setting of a profile that is not in force wants none."""
    path = written(
        tmp_path, 'url = "http://${HOST}:${PORT}/"\nonly = ["${AREA}/*"]\n[profiles.x]\napi-key = "${NOT_SET}"\n'
    )
    environment = {"HOST": "h", "PORT": "1", "AREA": "echo"}
    assert load(path, KNOWN, environment=environment).values == {"url": "http://h:1/", "only": ["echo/*"]}


@pytest.mark.parametrize(
    ("text", "profile", "message"),
    [
        ("max-request = 5", None, "{path}: unknown setting `max-request`\ndid you mean `max-requests`?"),
        ("zzz = 5", None, "{path}: unknown setting `zzz`\nthere are api-key, max-requests, only, seed, strict, url."),
        ("[profiles.x]\nsede = 5", None, "{path}, profile x: unknown setting `sede`\ndid you mean `seed`?"),
        ("[profiles.nightly]", "nighty", "{path}: no profile 'nighty'\ndid you mean `nightly`?"),
        ("", "nightly", "{path}: no profile 'nightly'\nthere is none."),
        (
            "profiles = 1",
            None,
            "{path}: `profiles` is no table of tables\nbegin a profile with a line [profiles.NAME].",
        ),
        (
            "url = {}",
            None,
            "{path}: `url` is no text, number, truth value or list of texts\ngive one of these.",
        ),
        (
            'api-key = "${NOT_SET}"',
            None,
            "{path}: `api-key` wants ${{NOT_SET}}, which is not set\nset it, or leave the setting out.",
        ),
        (
            "x",
            None,
            "{path} is no TOML: Expected '=' after a key in a key/value pair (at end of document)\n"
            "settings read: max-requests = 500",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_told_in_two_lines(tmp_path, text, profile, message):
    """Where, what, and what to do."""
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as told:
        load(path, KNOWN, profile=profile, environment={})
    assert str(told.value) == message.format(path=path)


def test_a_profile_without_a_file_is_told():
    """There is nothing it could be in."""
    with pytest.raises(UsageError) as told:
        load(None, KNOWN, profile="nightly")
    assert str(told.value) == (
        "no profile 'nightly': there is no ed_contract.toml here or above\nmake one, or leave it out."
    )
