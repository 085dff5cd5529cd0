"""Raw bodies: those that are not JSON objects, and objects in an unusual form."""

from __future__ import annotations

import json

from ed_contract.case import Expectation
from ed_contract.cases.bodies import bodies


def test_what_must_be_refused_is_no_json_object():
    """To any parser: each REJECT body also fails Python's, or is not an object at the top."""
    for one in bodies():
        if one.expectation is not Expectation.REJECT:
            continue
        assert one.params is None
        try:
            document = json.loads(one.body)
        except ValueError:
            continue
        assert not isinstance(document, dict), one.name


def test_bodies_of_known_params_say_them():
    """Cases about media types are otherwise valid creates; of the rest, those that all parsers read alike."""
    known = [one for one in bodies() if one.params is not None]
    assert {one.media_type for one in known} >= {None, "text/plain"}
    assert all(json.loads(one.body) == one.params for one in known)
    assert all(one.expectation is Expectation.EITHER for one in known)
    assert [one.name for one in known if one.media_type == "application/json"] == [
        "UTF-16",
        "a byte order mark",
        "100 levels deep",
        "256 KiB of blanks",
        "a name of 100,000 characters",
        "1,000 unknown parameters",
    ]


def test_bodies_have_names_of_their_own():
    """Each is a separate fault; those about sizes say which size."""
    cases = bodies()
    assert len({one.name for one in cases}) == len(cases)
    assert {one.fault.size for one in cases} == {0, 100, 5000, 10_000, 100_000}
    assert all(one.fault.text == one.name for one in cases)
