"""What a user may give as a target, and what he is told otherwise."""

from __future__ import annotations

import pytest

from ed_contract.case import Credential
from ed_contract.exceptions import UsageError
from ed_contract.transport import Target


@pytest.mark.parametrize(
    ("url", "path", "endpoint"),
    [
        ("http://h", "/v2/core/event_destinations", "http://h/v2/core/event_destinations"),
        ("http://h/", "/v2/core/event_destinations", "http://h/v2/core/event_destinations"),
        ("http://h/api", "create/", "http://h/api/create/"),
        ("http://h/v2/core/event_destinations", "/v2/core/event_destinations", "http://h/v2/core/event_destinations"),
        ("http://h/v2/core/event_destinations/", "/v2/core/event_destinations", "http://h/v2/core/event_destinations/"),
        ("http://h/v2/core/event_destinations", "/v2/core/event_destinations/", "http://h/v2/core/event_destinations/"),
    ],
)
def test_the_path_is_appended_unless_it_is_there(url, path, endpoint):
    """The URL may be the base or the endpoint itself."""
    assert Target(url=url, path=path).endpoint == endpoint


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"url": "127.0.0.1:80"}, "'127.0.0.1:80' is not an http or https URL\ndid you mean http://127.0.0.1:80 ?"),
        ({"url": "ftp://h"}, "'ftp://h' is not an http or https URL\ndid you mean http://h ?"),
        ({"url": "http://"}, "'http://' names no server\ngive the server's base URL, e.g. http://127.0.0.1:8000."),
        ({"url": "http://h:x"}, "'http://h:x' is no URL\ngive the server's base URL, e.g. http://127.0.0.1:8000."),
        (
            {"url": "http://a b"},
            "'http://a b' names no server\ngive the server's base URL, e.g. http://127.0.0.1:8000.",
        ),
        (
            {"url": "http://h", "headers": (("a b", "c"),)},
            "'a b' is no header name\ngive a header as NAME:VALUE, e.g. X-Tenant:acme.",
        ),
        (
            {"url": "http://h", "headers": (("a", "b\r\nc"),)},
            "the value of header a holds characters that HTTP cannot carry\nuse visible ASCII alone.",
        ),
        (
            {"url": "http://h", "api_key": "sk\n"},
            "--api-key holds characters that a header cannot carry\nuse visible ASCII alone.",
        ),
        (
            {"url": "http://h", "second_api_key": "rk_live_1"},
            "--second-api-key is a live key, and a run makes hundreds of destinations\n"
            "give the key of a sandbox, or --allow-live if that is what you want.",
        ),
        (
            {"url": "http://h", "proxy": "localhost:3128"},
            "'localhost:3128' is not an http or https URL\ndid you mean http://localhost:3128 ?",
        ),
        (
            {"url": "http://h?key=hunter22"},
            'the URL has a query\nleave it out; a token goes into a header, e.g. -H "X-Token: …".',
        ),
        (
            {"url": "http://h/#hunter22"},
            'the URL has a fragment\nleave it out; a token goes into a header, e.g. -H "X-Token: …".',
        ),
        (
            {"url": "http://h", "path": "/create?key=hunter22"},
            'the path has a query\nleave it out; a token goes into a header, e.g. -H "X-Token: …".',
        ),
        (
            {"url": "https://me:hunter22@h"},
            'the URL holds a user\ngive the credential as a header, e.g. -H "Authorization: Basic …".',
        ),
        (
            {"url": "ftp://me:hunter22@h?key=hunter22"},
            "'ftp://h' is not an http or https URL\ndid you mean http://h ?",
        ),
        (
            {"url": "http://h", "auth_header": "X Key"},
            "'X Key' is no header name\ngive a header as NAME:VALUE, e.g. X-Tenant:acme.",
        ),
        ({"url": "http://h", "request_timeout": 0}, "a request time-out of 0 s is none\ngive seconds above 0."),
    ],
)
def test_what_cannot_be_a_target_is_told_in_two_lines(given, message):
    """The message says what is wrong, and what to do."""
    with pytest.raises(UsageError) as caught:
        Target(**given)
    assert str(caught.value) == message


def test_a_live_key_is_taken_where_that_is_said():
    """With the flag."""
    assert Target(url="http://h", api_key="sk_live_1", allow_live=True).api_key == "sk_live_1"


def test_a_proxy_may_have_a_user():
    """And what is more in its URL is its own affair."""
    assert Target(url="http://h", proxy="http://me:hunter22@127.0.0.1:3128").proxy


def test_a_target_shows_no_credential():
    """Neither as text nor in a traceback."""
    target = Target(url="http://h", api_key="sk_test_secret", second_api_key="sk_test_other")
    assert str(target) == "http://h/v2/core/event_destinations"
    assert "secret" not in repr(target)
    assert "other" not in repr(target)


def test_each_credential_has_its_header():
    """Who a request claims to come from is the step's choice, the key the target's."""
    target = Target(url="http://h", api_key="sk_test_a", second_api_key="sk_test_b")
    assert {one: target.authorization(one) for one in Credential} == {
        Credential.FIRST: "Bearer sk_test_a",
        Credential.SECOND: "Bearer sk_test_b",
        Credential.NONE: None,
        Credential.EMPTY: "Bearer",
        Credential.OTHER_SCHEME: "Digest sk_test_a",
        Credential.UNKNOWN: "Bearer sk_test_nobody_has_this_key",
    }
    assert Target(url="http://h").authorization(Credential.FIRST) is None
