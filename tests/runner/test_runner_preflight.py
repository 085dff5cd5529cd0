"""The first answer of a run: whether there is anything to judge, and what is said where there is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from common.interactions import WEBHOOK, answered, destination

from ed_contract.case import Expectation, case
from ed_contract.exceptions import CredentialsRefused, NoSuchRoute, TargetError, Unreachable
from ed_contract.interaction import Interaction, NoAnswer, Request, response
from ed_contract.runner.preflight import meets_used_keys, require_judgeable
from ed_contract.transport import Target

TARGET = Target(url="http://h", api_key="sk_test_secret")
URL = "http://h/v2/core/event_destinations"
DEAD = {"HTTP_PROXY": "http://me:hunter22@127.0.0.1:9"}


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    """The machine's own are of no interest."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


def first(answer):
    """Return the first interaction of a run, with this answer."""
    return Interaction(
        number=1,
        phase="smoke",
        case=case("the page's example", WEBHOOK, Expectation.ACCEPT),
        key="k",
        form=None,
        request=Request(method="POST", path="/v2/core/event_destinations", headers=(), body=b""),
        answer=answer,
    )


def stopped(answer, target=TARGET):
    """Return the error that an answer ends a run with."""
    with pytest.raises(TargetError) as caught:
        require_judgeable(first(answer), target)
    return caught.value


def said(words, status, **headers):
    """Return a refusal in the server's own words."""
    return replace(answered({"error": {"message": words}}, status), headers=tuple(headers.items()))


def page(body, status):
    """Return a page for browsers."""
    return answered(body, status, "text/html")


def moved(status, location):
    """Return a redirect."""
    return replace(answered(b"", status), headers=(("location", location),))


ROUTE = "check the URL; set --path if creates are not at /v2/core/event_destinations."


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (
            moved(308, "/v2/core/event_destinations/"),
            TargetError,
            f"{URL} answers 308 and redirects to {URL}/\ngive that URL.",
        ),
        (
            moved(301, "https://me:hunter22@h/v2/core/event_destinations?token=hunter22#a"),
            TargetError,
            f"{URL} answers 301 and redirects to https://h/v2/core/event_destinations\ngive that URL.",
        ),
        (
            moved(301, "https://new.example/v3/destinations"),
            TargetError,
            f"{URL} answers 301 and redirects to https://new.example/v3/destinations\n"
            "give the URL of that server, and the path of its creates with --path.",
        ),
        (
            moved(302, "/login?next=/v2"),
            TargetError,
            f"{URL} answers 302 and redirects to http://h/login\n"
            "is that a login page? check the URL and the credentials.",
        ),
        (moved(307, "http://[::1"), TargetError, f"{URL} answers 307 and redirects nowhere\ncheck the URL."),
        (
            said("No such key: sk_test_secret", 401),
            CredentialsRefused,
            f'{URL} refuses the credentials with 401; it says "No such key: ***"\ncheck the key.',
        ),
        (
            said("Missing X-Api-Key", 401),
            CredentialsRefused,
            f'{URL} refuses the credentials with 401; it says "Missing X-Api-Key"\n'
            "does the key belong in another header? try --auth-header X-Api-Key",
        ),
        (
            said("no", 401, **{"www-authenticate": 'Basic realm="x"'}),
            CredentialsRefused,
            f'{URL} refuses the credentials with 401; it says "no"\n'
            'the server wants the scheme Basic: give it with -H "Authorization: Basic …".',
        ),
        (
            said("no", 401, **{"www-authenticate": 'Bearer realm="x"'}),
            CredentialsRefused,
            f'{URL} refuses the credentials with 401; it says "no"\ncheck the key.',
        ),
        (
            page(b"<html><head><title>Access denied</title></head>", 403),
            TargetError,
            f'{URL} answers 403 with a web page, not JSON; it says "Access denied"\n'
            "is that a firewall in front of it? let this client through, or bypass it.",
        ),
        (
            page(b"<html><h1>401 Authorization Required</h1>", 401),
            CredentialsRefused,
            f'{URL} refuses the credentials with 401; it says "401 Authorization Required"\ncheck the key.',
        ),
        (
            answered({"detail": "Not Found"}, 404),
            NoSuchRoute,
            f'{URL} answers 404: no create there; it says "Not Found"\n{ROUTE}',
        ),
        (
            page(b"<html><style>p {}</style><body><p>It &amp; works</body>", 200),
            TargetError,
            f'{URL} answers 200 with a web page, not JSON; it says "It & works"\n'
            "check that the URL is the API's base URL.",
        ),
        (
            page(b"<html><title>400 The plain HTTP request was sent to HTTPS port</title>", 400),
            TargetError,
            f'{URL} answers 400; it says "400 The plain HTTP request was sent to HTTPS port"\n'
            "it speaks TLS: try https://h",
        ),
        (
            page(b"<html><title>400 No required SSL certificate was sent</title>", 400),
            CredentialsRefused,
            f'{URL} answers 400; it says "400 No required SSL certificate was sent"\n'
            "give the client certificate it requires with --cert, and its key with --cert-key.",
        ),
        (
            said("A destination with this URL already exists", 409),
            TargetError,
            f"{URL} refuses the page's example with 409; it says \"A destination with this URL already exists\"\n"
            "delete the destination it refers to, or use an account without any.",
        ),
        (
            said("Idempotency-Key must be a ULID", 400),
            TargetError,
            f"{URL} refuses the page's example with 400; it says \"Idempotency-Key must be a ULID\"\n"
            "does it accept only one form of key? set --key-format, e.g. prefix:key_ or 'regex:[a-z0-9]{20,40}'.",
        ),
    ],
)  # fmt: skip
def test_a_stop_says_what_came_and_what_to_do(answer, error, message):
    """Status, the server's own words, and the hint for that cause."""
    caught = stopped(answer)
    assert (type(caught), str(caught)) == (error, message)


@pytest.mark.parametrize(
    ("options", "words", "hint"),
    [
        ({"api_key": None}, "no", "no key was given: set $ED_CONTRACT_API_KEY, or give --api-key."),
        (
            {"api_key": "Bearer sk_test_a"},
            "no",
            'the key begins with "Bearer ": leave that out, it is added.',
        ),
        ({"auth_header": "X-Api-Key"}, "wrong x-api-key", "check the key."),
    ],
)
def test_a_refused_credential_is_told_by_what_was_given(options, words, hint):
    """No key, one with its scheme, one in another header."""
    assert str(stopped(said(words, 401), replace(TARGET, **options))).endswith(f"\n{hint}")


TRUST = (
    "trust it with --tls-verify FILE, a file or a folder of PEM certificates, or skip verification: --tls-verify no."
)


@pytest.mark.parametrize(
    ("reason", "hint"),
    [
        ("no connection: [Errno 111] Connection refused", "is the server running, and is the port right?"),
        ("the connection ended: illegal status line", "is it an HTTP server, and is the port right?"),
        ("the connection ended: illegal request line", "does it speak TLS? try https://h"),
        ("no connection: [SSL: WRONG_VERSION_NUMBER] wrong version number", "does it speak plain HTTP? try https://h"),
        (
            "no connection: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired",
            "renew the certificate, or skip verification: --tls-verify no.",
        ),
        ("no connection: [SSL] certificate verify failed: self-signed certificate", TRUST),
        ("no connection: [SSL] certificate verify failed: unable to get local issuer certificate", TRUST),
        (
            "no connection: [SSL] certificate verify failed: Hostname mismatch, certificate is not valid for 'h'.",
            "the certificate is for another host: use its name in the URL, or skip verification: --tls-verify no.",
        ),
        (
            "the connection ended: [SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required",
            "give the client certificate it requires with --cert, and its key with --cert-key.",
        ),
        (
            "no connection: [SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version",
            "the server supports only obsolete versions of TLS: update it.",
        ),
    ],
)
def test_no_answer_is_told_with_its_cause(reason, hint):
    """What the line or the library said, and what to do then."""
    caught = stopped(NoAnswer(reason=reason))
    assert (type(caught), str(caught)) == (Unreachable, f"{URL} does not answer ({reason})\n{hint}")


def test_a_client_certificate_that_is_refused_is_not_asked_for():
    """It was given."""
    target = replace(TARGET, url="https://h", cert="client.pem")
    reason = "the connection ended: [SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca"
    assert str(stopped(NoAnswer(reason=reason), target)).endswith(
        "\nit refuses the client certificate: check --cert and --cert-key."
    )


@pytest.mark.parametrize(
    ("environment", "hint"),
    [
        (DEAD, "is the proxy http://127.0.0.1:9, set by HTTP_PROXY, right?"),
        (
            {**DEAD, "NO_PROXY": "fe80::/999"},
            "is the proxy http://127.0.0.1:9, set by HTTP_PROXY, right?; 'fe80::/999' in NO_PROXY is invalid",
        ),
    ],
)
def test_a_dead_proxy_is_named(monkeypatch, environment, hint):
    """With the variable, and without its password."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    told = str(stopped(NoAnswer(reason="no connection: [Errno 111] Connection refused")))
    assert told.splitlines()[1] == hint


def test_a_proxy_that_wants_a_password_is_named(monkeypatch):
    """A 407 is a proxy's, where there is one."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert str(stopped(page(b"<title>who are you?</title>", 407))) == (
        'the proxy http://127.0.0.1:9 answers 407; it says "<title>who are you?</title>"\n'
        "give its user and password in the URL of HTTP_PROXY."
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (answered({}, 401), ""),
        (answered({"message": "a\x1b[31m\nb\u202e"}, 401), '; it says "a [31m b"'),
        (answered({"errors": [{"detail": "first"}, {"detail": "second"}]}, 401), '; it says "first"'),
        (answered({"error": "invalid_token"}, 401), '; it says "invalid_token"'),
        (answered("word " * 100, 401), f'; it says "{("word " * 32).strip()}…"'),
        (answered(b"\xff\xfeplain", 401), '; it says "\ufffd\ufffdplain"'),
        (response(401, (), b'{"message": "\\ud800"}'), ""),
    ],
)
def test_a_servers_words_are_some_that_may_be_printed(answer, words):
    """One line of them, without what a terminal would obey."""
    assert str(stopped(answer)) == f"{URL} refuses the credentials with 401{words}\ncheck the key."


@pytest.mark.parametrize(
    "answer",
    [
        answered({}, 302),
        moved(302, "/v2/core/event_destinations"),
        moved(303, "/v2/core/event_destinations/ed_1"),
        answered({}, 407),
        said("Keys already used with other parameters: idempotency_error", 409),
        said("name is required", 400),
        said("already exists", 500),
        answered(b"OK", 200),
    ],
)
def test_any_other_answer_is_the_contracts_matter(answer):
    """However wrong."""
    require_judgeable(first(answer), TARGET)


CREATED = answered(destination(WEBHOOK, created="2024-01-01T00:00:00.000Z"))


@pytest.mark.parametrize(
    ("date", "used"),
    [
        ("Mon, 01 Jan 2024 00:00:03 GMT", False),
        ("Mon, 01 Jan 2024 00:01:00 GMT", True),
        ("Mon, 01 Jan 2024 00:01:00 +9999999999999", False),
        ("Mon, 01 Jan 2024 00:01:00 -9999", False),
        ("Mon, 01 Jan 99999 00:01:00 GMT", False),
        ("\ufffd\ud800", False),
    ],
)
def test_a_destination_older_than_its_answer_was_made_before(date, used):
    """By the server's own clock, if it can be read."""
    assert meets_used_keys(first(replace(CREATED, headers=(("date", date),)))) is used
