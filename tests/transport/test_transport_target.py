"""What a user may give as a target, and what he is told otherwise."""

from __future__ import annotations

import base64

import pytest

from ed_contract.case import Credential
from ed_contract.exceptions import UsageError
from ed_contract.interaction import Request
from ed_contract.transport import Target, open_transport
from ed_contract.transport.credentials import shows_credential


def requested(**changes):
    """Return a request with changes."""
    return Request(**({"method": "POST", "path": "/", "headers": (), "body": b"{}"} | changes))


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
        (
            {"url": "127.0.0.1:80"},
            "'127.0.0.1:80' is not an http or https URL\nwrite http://127.0.0.1:80, or https if the server uses TLS.",
        ),
        ({"url": "foo"}, "'foo' is not an http or https URL\ngive the server's base URL, e.g. http://127.0.0.1:8000."),
        (
            {"url": "ftp://h"},
            "'ftp://h' is not an http or https URL\ngive the server's base URL, e.g. http://127.0.0.1:8000.",
        ),
        ({"url": "http://"}, "'http://' has no host\ngive the server's base URL, e.g. http://127.0.0.1:8000."),
        ({"url": "http://h:x"}, "invalid URL 'http://h:x'\ngive the server's base URL, e.g. http://127.0.0.1:8000."),
        (
            {"url": "http://a b"},
            "'http://a b' has no host\ngive the server's base URL, e.g. http://127.0.0.1:8000.",
        ),
        (
            {"url": "http://h", "headers": (("a b", "c"),)},
            "invalid header name 'a b'\ngive a header as NAME:VALUE, e.g. X-Tenant:acme.",
        ),
        (
            {"url": "http://h", "headers": (("a", "b\r\nc"),)},
            "the value of header a holds characters that HTTP cannot carry\nuse only visible ASCII.",
        ),
        (
            {"url": "http://h", "api_key": "sk\n"},
            "--api-key holds characters that a header cannot carry\nuse only visible ASCII.",
        ),
        (
            {"url": "http://h", "second_api_key": "rk_live_1"},
            "--second-api-key holds a live key, and a run creates hundreds of destinations\n"
            "give a sandbox key, or --allow-live if that is what you want.",
        ),
        (
            {"url": "http://h", "proxy": "localhost:3128"},
            "'localhost:3128' is not an http or https URL\n"
            "write http://localhost:3128, or https if the server uses TLS.",
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
            'the URL contains a user name\ngive the credential as a header, e.g. -H "Authorization: Basic …".',
        ),
        (
            {"url": "ftp://me:hunter22@h?key=hunter22"},
            "'ftp://h' is not an http or https URL\ngive the server's base URL, e.g. http://127.0.0.1:8000.",
        ),
        (
            {"url": "http://h", "auth_header": "X Key"},
            "--auth-header: invalid name 'X Key': expected a header name, e.g. X-Api-Key",
        ),
        ({"url": "http://h", "request_timeout": 0}, "invalid request timeout 0\ngive seconds above 0."),
    ],
)
def test_what_cannot_be_a_target_is_told_in_two_lines(given, message):
    """The message says what is wrong, and what to do."""
    with pytest.raises(UsageError) as caught:
        Target(**given)
    assert str(caught.value) == message


def basic(pair):
    """Return the value of an Authorization header of the scheme Basic."""
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"api_key": " sk_live_1"}, "--api-key"),
        ({"api_key": "Bearer sk_live_1"}, "--api-key"),
        ({"api_key": "SK_LIVE_1"}, "--api-key"),
        ({"api_key": "sk_org_live_1"}, "--api-key"),
        ({"api_key": basic("sk_live_1:")}, "--api-key"),
        ({"second_api_key": "pk_live_1"}, "--second-api-key"),
        ({"headers": (("Authorization", "Bearer sk_live_1"),)}, "header Authorization"),
        ({"headers": (("authorization", "bearer   rk_live_1"),)}, "header authorization"),
        ({"headers": (("Authorization", basic("sk_live_1:")),)}, "header Authorization"),
        (
            {"headers": (("Authorization", basic("anna:rk_live_1").replace("Basic", "BASIC").rstrip("=")),)},
            "header Authorization",
        ),
        ({"headers": (("Cookie", "a=b; key=sk_live_1"),)}, "header Cookie"),
        ({"headers": (("Cookie", "key=sk%5Flive%5F1"),)}, "header Cookie"),
        ({"headers": (("X-Api-Key", "acme_live_1"),)}, "header X-Api-Key"),
        ({"headers": (("X-Stripe", "sk_live_1"),)}, "header X-Stripe"),
    ],
)
def test_no_door_lets_a_live_key_through(given, where):
    """However it is written: where a target is made, and again where one is opened; the key itself is not shown."""
    given = {"url": "http://h"} | given
    with pytest.raises(UsageError) as caught:
        Target(**given)
    assert str(caught.value) == (
        f"{where} holds a live key, and a run creates hundreds of destinations\n"
        "give a sandbox key, or --allow-live if that is what you want."
    )
    allowed = Target(**given, allow_live=True)
    object.__setattr__(allowed, "allow_live", False)
    with pytest.raises(UsageError, match="holds a live key"):
        open_transport(allowed)


@pytest.mark.parametrize("user", ["sk_live_1", "anna:sk%5flive_1"])
def test_no_url_carries_a_live_key(user):
    """Whoever wrote it there."""
    target = Target(url="http://h")
    object.__setattr__(target, "url", f"http://{user}@h")
    with pytest.raises(UsageError, match=r"\Athe URL holds a live key"):
        open_transport(target)


@pytest.mark.parametrize(
    "given",
    [
        {"headers": (("X-Env", "live"),)},
        {"headers": (("X-Feature", "sk_test_live_chat"),)},
        {"headers": (("X-Feature", "go_live_soon"),)},
        {"headers": (("Authorization", "Bearer sk_test_live_1"),)},
        {"headers": (("Authorization", "Bearer sk_live_"),)},
        {"headers": (("Authorization", "Basic no-base64-at-all"),)},
        {"api_key": "alive_1"},
        {"proxy": "http://sk_live_1@h"},
    ],
)
def test_what_is_no_live_key_of_the_target_is_taken(given):
    """A word among others, the key of a sandbox, and what a proxy is sent."""
    open_transport(Target(**({"url": "http://h"} | given))).close()


def test_a_live_key_is_taken_where_that_is_said():
    """With the flag."""
    assert Target(url="http://h", api_key="sk_live_1", allow_live=True).api_key == "sk_live_1"


def test_a_proxy_may_have_a_user():
    """And what is more in its URL is its own affair."""
    assert Target(url="http://h", proxy="http://me:hunter22@127.0.0.1:3128").proxy


def test_a_target_shows_no_credential():
    """Neither as text nor in a traceback, which shows what was given, and where."""
    headers = (("X-Tenant", "acme"),)
    target = Target(url="http://h", api_key="sk_test_secret", headers=headers, proxy="http://user:pass@p")
    object.__setattr__(target, "url", "http://user:pass@h?token=acme")
    assert "user" not in str(target)
    assert repr(target).startswith(
        "Target(url='http://h', api_key='***', second_api_key=None, headers=(('X-Tenant', '***'),), api_version="
    )
    assert "proxy='***'" in repr(target)
    assert not any(secret in f"{target!r} {[target]}" for secret in ("user", "pass@", "secret", "acme"))


@pytest.mark.parametrize(
    "url", ["http://anna:pa/55@h", "http://anna:pa?55@h:x", "http://anna:pa@55@h:x", "anna:pa55@h", "ftp://anna:pa55@h"]
)
def test_no_refusal_of_a_url_shows_who_one_is(url):
    """Whatever is wrong with it."""
    with pytest.raises(UsageError) as caught:
        Target(url=url)
    assert not any(part in str(caught.value) for part in ("anna", "pa", "55"))


def test_a_request_shows_no_header_that_the_user_added():
    """Nor does what holds the request: both stand in the tracebacks of tests."""
    shown = repr(requested(headers=(("Accept", "application/json"), ("X-Tenant", "acme"))))
    assert shown == (
        "Request(method='POST', path='/', headers=(('Accept', 'application/json'), ('X-Tenant', '***')), body=b'{}', "
        "credential=<Credential.FIRST: 'first'>)"
    )


@pytest.mark.parametrize(
    ("given", "body", "shows"),
    [
        ({"api_key": "sk_test_a"}, "no: sk_test_a", True),
        ({"api_key": "short"}, "no: short", False),
        ({"headers": (("Authorization", "Bearer hunter2-hunter2"),)}, "no: hunter2-hunter2", True),
        ({"headers": (("Authorization", basic("anna:hunter2-hunter2")),)}, "no: hunter2-hunter2", True),
        ({"headers": (("Authorization", basic("anna:hunter2")),)}, basic("anna:hunter2"), True),
        ({"headers": (("Authorization", basic("anna-anna:hunter2-hunter2")),)}, "hello anna-anna", False),
        ({"headers": (("Authorization", basic("sk_test_a:")),)}, "no: sk_test_a", True),
        ({"headers": (("Cookie", "sid=hunter2-hunter2; theme=dark"),)}, "no: hunter2-hunter2", True),
        ({"headers": (("X-Tenant", "event-destinations"),)}, "event-destinations", False),
        ({"headers": (("X-Key-Of", "webhook_endpoint"),)}, "webhook_endpoint", False),
    ],
)
def test_an_answer_shows_a_credential(given, body, shows):
    """By its own part, wherever it was given; what says who one is, or may be said by chance, is none."""
    assert shows_credential(body.encode(), Target(**({"url": "http://h"} | given))) is shows


def test_each_credential_has_its_header():
    """Who a request claims to come from is the step's choice, the key the target's."""
    target = Target(url="http://h", api_key="sk_test_a", second_api_key="sk_test_b")
    assert {one: target.authorization(one) for one in Credential} == {
        Credential.FIRST: "Bearer sk_test_a",
        Credential.SECOND: "Bearer sk_test_b",
        Credential.NONE: None,
        Credential.EMPTY: "Bearer",
        Credential.OTHER_SCHEME: "Digest sk_test_a",
        Credential.UNKNOWN: "Bearer sk_test_a_nobodys",
        Credential.FURTHER: "Bearer sk_test_b",  # of a record of others', where only that it is another one is known
    }
    assert Target(url="http://h").authorization(Credential.FIRST) is None
    assert Target(url="http://h").authorization(Credential.UNKNOWN) == "Bearer sk_test_nobody_has_this_key"
