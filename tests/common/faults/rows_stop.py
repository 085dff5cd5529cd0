"""Rows of stops: what keeps a run from judging is reported in the answer's own words, with the hint for it."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from common.faults.answers import answers, refusal
from common.faults.building import encrypted, reference, scripted
from common.faults.harm import nothing_was_sent
from common.faults.row import ANY, AS_FAR, CONFORMS, FAILS, OPEN, STOPPED, Right, Row
from common.faults.wire import Asked, plain

SMOKE = ("--phases", "smoke")
SMOKED = Right(words=(AS_FAR,))
UNSENT = Right(exits=(2,), words=(STOPPED,), requests=0, also=(nothing_was_sent,))


def stopped(*says: str, requests: int = 4) -> Right:
    """Return that a run stops at the preflight, and says this."""
    return Right(exits=(2,), words=(STOPPED,), says=says, requests=requests)


def redirects() -> Iterator[Row]:
    """Yield rows of targets at the wrong place."""
    where = "https://api.elsewhere.example/v2/core/event_destinations"
    for status in (301, 302, 307, 308):
        yield Row(
            name=f"redirect/{status}",
            says=f"The preflight is answered {status}: the run stops with the place that it points to.",
            against=scripted(answers(status, Location=where)),
            right=stopped(str(status), r"api\.elsewhere\.example"),
        )
    yield Row(
        name="redirect/303",
        says="Everything is answered 303, which is an answer to a create, and a wrong one.",
        against=scripted(answers(303, Location=where)),
        right=Right(exits=(1,), words=(FAILS,), findings=(ANY,), needs=("response/status",)),
    )
    slash = "/v2/core/event_destinations/"
    yield Row(
        name="redirect/trailing-slash",
        says="A server knows the path with a slash at its end only: --path keeps it.",
        against=scripted(_slashed),
        arguments=("--path", slash, *SMOKE),
        right=SMOKED,
    )


def _slashed(asked: Asked):
    if not asked.path.endswith("/"):
        return answers(308, Location=f"{asked.path}/")(asked)
    return [plain(*asked.at(asked.path.rstrip("/")).answer())]


def refused() -> Iterator[Row]:
    """Yield rows of first answers after which nothing can be judged."""
    for name, status, code, words, *says in (
        ("401", 401, "unauthenticated", "No such key in region eu."),
        ("403", 403, "not_allowed", "Your role may not create event destinations."),
        ("404", 404, "not_found", "Unknown API family v2.", "--path"),
        ("405", 405, "no", "POST is not allowed on this gateway.", "--path"),
    ):
        yield Row(
            name=f"stop/{name}",
            says=f"The first answer is {status}: {words}",
            against=scripted(refusal(status, code, words)),
            right=stopped(str(status), words, *says),
        )
    blocked = answers(403, "<html><title>Blocked by Shield</title><body>Ray 42</body></html>", kind="text/html")
    yield Row(
        name="stop/403-html",
        says="A firewall answers 403 with a web page.",
        against=scripted(blocked),
        right=stopped("403", "web page|firewall|Blocked by Shield"),
    )
    yield Row(
        name="stop/bearer-in-key",
        says="The key reads `Bearer …`: a hint, and not only 401.",
        against=reference(),
        key="Bearer sk_test_a",
        right=stopped("Bearer"),
    )
    yield Row(
        name="stop/already-exists",
        says="The page's example is there already, says the server.",
        against=scripted(refusal(409, "already_exists", "An endpoint with this URL already exists.")),
        right=Right(exits=(1, 2), words=(FAILS, STOPPED, OPEN), findings=(ANY,), says=("already exists",)),
    )


def encrypted_lines() -> Iterator[Row]:
    """Yield rows of TLS."""
    trust = ("--tls-verify", "{ca}")
    wrong = {
        "expired": (encrypted(expired=True), trust, ("expired", "--tls-verify")),
        "unknown-authority": (encrypted(), (), ("certificate", "--tls-verify")),
        "other-host": (encrypted(subject="DNS:elsewhere.example"), trust, ("certificate", "--tls-verify")),
        "wants-a-certificate": (encrypted(asks=True), trust, ("--cert",)),
    }
    for name, (against, arguments, says) in wrong.items():
        yield Row(
            name=f"tls/{name}",
            says=f"The server's TLS: {name.replace('-', ' ')}.",
            against=against,
            arguments=arguments,
            right=stopped(*says, requests=0),
        )
    right = {
        "a-file": (encrypted(), trust, {}),
        "a-folder": (encrypted(), ("--tls-verify", "{folder}"), {}),
        "no": (encrypted(expired=True), ("--tls-verify", "no"), {}),
        "false": (encrypted(), ("--tls-verify", "false"), {}),
        "environment": (encrypted(), (), {"ED_CONTRACT_TLS_VERIFY": "{ca}"}),
        "requests-ca-bundle": (encrypted(), (), {"REQUESTS_CA_BUNDLE": "{ca}"}),
        "a-certificate": (encrypted(asks=True), (*trust, "--cert", "{cert}", "--cert-key", "{cert_key}"), {}),
    }
    for name, (against, arguments, environment) in right.items():
        yield Row(
            name=f"tls/trusts-{name}",
            says=f"TLS is right with {name.replace('-', ' ')}.",
            against=against,
            arguments=(*arguments, *SMOKE),
            environment=environment,
            right=SMOKED,
        )
    yield Row(
        name="tls/at-a-plain-port",
        says="TLS is spoken to a port of plain HTTP.",
        against=scripted(),
        url="https://127.0.0.1:{port}",
        right=stopped("http://127.0.0.1", requests=0),
    )
    yield Row(
        name="tls/not-at-its-port",
        says="Plain HTTP is spoken to a port of TLS.",
        against=encrypted(),
        url="http://127.0.0.1:{port}",
        right=stopped("https|HTTP server", requests=0),
    )
    for name, value, says in (("maybe", "maybe", "--tls-verify"), ("no-such-file", "/nowhere/ca.pem", "/nowhere")):
        yield Row(
            name=f"tls/verify-{name}",
            says=f"--tls-verify {value} is refused at once.",
            against=encrypted(),
            arguments=("--tls-verify", value),
            right=stopped(says, requests=0),
        )


LIVE = "sk_live_51Habcdefghijklmnop"
BASIC = base64.b64encode(f"{LIVE}:".encode()).decode()


def live_keys() -> Iterator[Row]:
    """Yield rows of live keys, given in every way: nothing is sent."""
    doors: dict[str, dict] = {
        "key": {"key": LIVE},
        "second-key": {"arguments": ("--second-api-key", LIVE)},
        "key-with-blank": {"key": f" {LIVE}"},
        "key-after-bearer": {"key": f"Bearer {LIVE}"},
        "upper-case": {"key": LIVE.upper()},
        "rk": {"key": "rk_live_51Habcdefghijklmnop"},
        "sk-org": {"key": "sk_org_live_51Habcdefghijklmnop"},
        "header-bearer": {"arguments": ("-H", f"Authorization: Bearer {LIVE}")},
        "header-bearer-lower": {"arguments": ("-H", f"authorization:bearer   {LIVE}")},
        "header-basic": {"arguments": ("-H", f"Authorization: Basic {BASIC}")},
        "header-other": {"arguments": ("-H", f"X-Api-Key: {LIVE}")},
        "header-cookie": {"arguments": ("-H", f"Cookie: a=b; token={LIVE}")},
        "user-information": {"url": f"http://{LIVE}@127.0.0.1:{{port}}"},
        "password": {"url": f"http://me:{LIVE}@127.0.0.1:{{port}}"},
        "query": {"url": f"{{url}}/?api_key={LIVE}"},
        "settings-header": {"files": {"ed_contract.toml": f'header = ["Authorization: Bearer {LIVE}"]\n'}},
        "settings-key": {"files": {"ed_contract.toml": f'api-key = "{LIVE}"\n'}, "key": None},
        "environment-header": {"environment": {"ED_CONTRACT_HEADER": f"Authorization: Bearer {LIVE}"}},
        "auth-header": {"key": LIVE, "arguments": ("--auth-header", "X-Api-Key")},
        "credential-command": {"key": None, "arguments": ("--credential-command", f"echo {LIVE}")},
    }
    for name, how in doors.items():
        yield Row(
            name=f"live/{name}",
            says=f"A live key comes by the door `{name}`: exit 2, and nothing is sent.",
            against=scripted(keys={LIVE: "acct_a", "sk_test_a": "acct_a"}),
            right=UNSENT,
            secrets=(LIVE, BASIC),
            **how,
        )
    yield Row(
        name="live/allowed",
        says="With --allow-live it may be used.",
        against=scripted(keys={LIVE: "acct_a"}),
        key=None,
        arguments=("-H", f"Authorization: Bearer {LIVE}", "--allow-live", *SMOKE),
        right=SMOKED,
        secrets=(LIVE,),
    )
    yield Row(
        name="live/a-name-like-it",
        says="A test key that has the word in it is none.",
        against=scripted(keys={"sk_test_live_and_well": "acct_a"}),
        key="sk_test_live_and_well",
        arguments=SMOKE,
        right=SMOKED,
    )


def urls() -> Iterator[Row]:
    """Yield rows of URLs that cannot be a target."""
    for name, url, says in (
        ("query", "{url}?token=abcdefgh", "query"),
        ("fragment", "{url}#v2", "fragment"),
        ("user-information", "http://me:secret-word@127.0.0.1:{port}", "user"),
        ("scheme", "ftp://127.0.0.1:{port}", "http"),
        ("port", "http://127.0.0.1:0", "server|port"),
        ("blank", "http://127.0.0.1:{port}/a b", "URL|server"),
    ):
        yield Row(
            name=f"url/{name}",
            says=f"A URL with {name.replace('-', ' ')} is refused in a sentence.",
            against=reference(),
            url=url,
            right=Right(exits=(2,), words=(STOPPED,), requests=0, says=(says,), also=(nothing_was_sent,)),
            secrets=("abcdefgh", "secret-word"),
        )
    yield Row(
        name="url/with-the-path",
        says="The path of creates may stand in the URL.",
        against=reference(),
        url="{url}/v2/core/event_destinations",
        arguments=SMOKE,
        right=Right(words=(AS_FAR, CONFORMS)),
    )
    yield Row(
        name="url/nobody-there",
        says="Nothing listens there.",
        against=reference(),
        url="http://127.0.0.1:9",
        right=stopped("no connection|refused|running", requests=0),
    )
    yield Row(
        name="url/no-such-name",
        says="There is no such name.",
        against=reference(),
        url="http://no-such-host.invalid",
        right=stopped("no-such-host", requests=0),
    )


ROWS = (*redirects(), *refused(), *encrypted_lines(), *live_keys(), *urls())
