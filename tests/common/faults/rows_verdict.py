"""Rows of verdicts: there is none if nothing was judged, and a run that was cut short says so."""

from __future__ import annotations

from collections.abc import Iterator

from common.faults.answers import after, answers, chosen, refusal
from common.faults.applications import FRESH, expiring, limited
from common.faults.building import nothing, reference, scripted
from common.faults.harm import nothing_of_ours_is_left_unnamed
from common.faults.row import ANY, AS_FAR, CONFORMS, FAILS, OPEN, STOPPED, Outcome, Right, Row
from common.faults.rows_crash import FAILED, FOUND, lies
from common.faults.wire import Asked, Script, plain

PAGES = ("--report", "html={place}/written.html", "--report", "badge={place}/written-badge.json")


def every_report_says_so(outcome: Outcome) -> Iterator[str]:
    """JSON, HTML and badge say that the run was cut short."""
    if outcome.report is None:
        return
    if outcome.report.get("complete") is not False:
        yield f"complete is {outcome.report.get('complete')!r} in JSON"
    judged = outcome.report.get("judged") or {"must": 0, "of": 0}
    if not 0 < judged["must"] <= judged["of"]:
        yield f"judged is {outcome.report.get('judged')!r} in JSON"
    for path in outcome.place.glob("written*"):
        if path.suffix == ".html" or "badge" in path.name:
            text = path.read_text(encoding="utf-8")
            title = text.partition("<title>")[2].partition("</title>")[0] or text
            if "as far as judged" not in title.lower():
                yield f"{path.name} does not say that the run was cut"


def it_is_complete(outcome: Outcome) -> Iterator[str]:
    """JSON says that everything was judged."""
    if outcome.report is not None and outcome.report.get("complete") is not True:
        yield f"complete is {outcome.report.get('complete')!r} in JSON"


def cut() -> Iterator[Row]:
    """Yield rows of runs that did not judge everything."""
    right = Right(words=(AS_FAR,), says=(r"AS FAR AS JUDGED: \d+ of \d+ MUST",), also=(every_report_says_so,))
    for name, arguments in {
        "max-requests": ("--max-requests", "20"),
        "max-time": ("--max-time", "8", "--rate-limit", "20/s"),
        "max-destinations": ("--max-destinations", "16"),
        "phases": ("--phases", "smoke"),
        "only": ("--only", "idempotency/*"),
        "skip": ("--skip", "response/*"),
    }.items():
        yield Row(
            name=f"cut/{name}",
            says=f"A run with {' '.join(arguments)} conforms as far as judged.",
            against=reference(),
            arguments=(*arguments, *PAGES),
            right=right,
        )
    yield Row(
        name="cut/fails-on-incomplete",
        says="With --fail-on-incomplete, such a run exits 2.",
        against=reference(),
        arguments=("--phases", "smoke", "--fail-on-incomplete"),
        right=Right(exits=(2,), words=(AS_FAR, OPEN)),
    )
    yield Row(
        name="cut/complete",
        says="With --fail-on-incomplete, a whole run exits 0.",
        against=reference(),
        arguments=("--fail-on-incomplete",),
        right=Right(also=(it_is_complete,)),
    )
    yield Row(
        name="cut/found",
        says="A run that was cut and has findings does not conform.",
        against=FOUND,
        arguments=("--max-requests", "20", "--fail-on-incomplete"),
        right=FAILED,
    )


def nothing_passes_on_refusals(outcome: Outcome) -> Iterator[str]:
    """Refusals prove nothing if nothing was accepted."""
    if outcome.report is None:
        return
    passed = [row["id"] for row in outcome.report["requirements"] if row["verdict"] == "pass" and _refuses(row["id"])]
    if passed:
        yield f"{len(passed)} requirements pass on refusals: {', '.join(passed[:3])}"


def _refuses(requirement: str) -> bool:
    return requirement.startswith("request/") and requirement != "request/valid"


def nothing_passes_afterwards(outcome: Outcome) -> Iterator[str]:
    """No MUST row of the request is judged only by refusals of a credential."""
    if outcome.report is None:
        return
    if outcome.report["end"] == "credentials-refused" and "since request" not in outcome.said:
        yield "does not say since which request"


EXPIRED = refusal(401, "expired_key", "Your key has expired, sorry.")
FORBIDDEN = refusal(403, "key_revoked", "This key was revoked.")
FIREWALL = answers(403, "<!doctype html><html><title>Blocked</title>Request blocked.</html>", kind="text/html")


def expired() -> Iterator[Row]:
    """Yield rows of credentials that are refused from some request on."""
    for where, at in (("smoke", 40), ("bursts", 150), ("mutations", 260), ("keys", 600), ("fuzz", 815)):
        yield Row(
            name=f"credentials/401-in-{where}",
            says=f"All is answered 401 from request {at} on: the run ends, and nothing is found.",
            against=scripted(after(at - 1, EXPIRED)),
            right=Right(
                exits=(2,),
                words=(OPEN, AS_FAR),
                end=("credentials-refused",),
                requests=at + 25,
                reached=at,
                says=("since request", "Your key has expired, sorry"),
                also=(nothing_passes_afterwards,),
            ),
        )
    for name, script, words in (
        ("403", FORBIDDEN, "This key was revoked"),
        ("403-html", FIREWALL, "403"),
        ("401-empty", answers(401), "401"),
    ):
        yield Row(
            name=f"credentials/{name}",
            says=f"All is answered {name} from request 200 on.",
            against=scripted(after(199, script)),
            right=Right(
                exits=(2,),
                words=(OPEN, AS_FAR),
                end=("credentials-refused",),
                requests=225,
                reached=200,
                says=("since request", words),
            ),
        )
    yield Row(
        name="credentials/401-found",
        says="There are findings before all is answered 401: exit 1.",
        against=scripted(lambda asked: EXPIRED(asked) if asked.number > 200 else lies(asked)),
        right=Right(
            exits=(1,),
            words=(FAILS,),
            end=("credentials-refused",),
            findings=FAILED.findings,
            needs=FAILED.needs,
            requests=240,
        ),
    )
    yield Row(
        name="credentials/401-for-a-moment",
        says="Two requests are answered 401 in mid-run, and none after a pause: no reason to end.",
        against=scripted(chosen(lambda number: 250 <= number < 252, EXPIRED)),
        right=Right(exits=(0, 1), words=(CONFORMS, AS_FAR, FAILS), findings=("request/valid",), end=("finished",)),
    )
    for name, status in (("login", 302), ("moved", 308)):
        yield Row(
            name=f"redirect/{name}",
            says=f"All is answered {status} from request 200 on: the run ends, and nothing is found.",
            against=scripted(after(199, answers(status, Location="https://login.example.com/?back=1"))),
            right=Right(
                exits=(2,),
                words=(OPEN, AS_FAR),
                end=("redirected",),
                requests=225,
                reached=200,
                says=("since request", "login.example.com"),
            ),
        )
    yield Row(
        name="redirect/one-case",
        says="Only creates of one type are answered 302: that is found.",
        against=scripted(lambda asked: answers(302, Location="/x")(asked) if b"aws_region" in asked.body else None),
        right=Right(
            exits=(1,),
            words=(FAILS,),
            findings=("response/status", "idempotency/conflict/status"),
            needs=("response/status",),
        ),
    )
    yield Row(
        name="credentials/firewall",
        says="A firewall answers 403 with a web page to bodies with NUL: those cases' answer.",
        against=scripted(lambda asked: FIREWALL(asked) if rb"\u0000" in asked.body else None),
        right=Right(end=("finished",)),
    )
    yield Row(
        name="credentials/now-and-then",
        says="Every 100th request is answered 403 once: no reason to end.",
        against=scripted(lambda asked: FORBIDDEN(asked) if asked.number % 100 == 0 else None),
        right=Right(exits=(0, 1), words=(CONFORMS, AS_FAR, FAILS), findings=(ANY,), end=("finished",)),
    )


def fresh() -> Iterator[Row]:
    """Yield rows of a command that prints a fresh credential."""
    command = ("--credential-command", "cat {place}/key")
    for name, moments in (("once", (150,)), ("thrice", (100, 400, 700))):
        yield Row(
            name=f"credential-command/{name}",
            says=f"The credential expires {name}, and a command gives the next: nothing is found.",
            against=scripted(expiring(*moments), placed=True, keys={FRESH.format(0): "acct_a"}),
            key=None,
            arguments=command,
            right=Right(words=(CONFORMS, AS_FAR), end=("finished",)),
            secrets=(FRESH.format(0), FRESH.format(1)),
        )
    yield Row(
        name="credential-command/no-fresh-one",
        says="The credential expires, and the command gives it again.",
        against=scripted(expiring(150, tells=False), placed=True, keys={FRESH.format(0): "acct_a"}),
        key=None,
        arguments=command,
        right=Right(exits=(2,), words=(OPEN, AS_FAR), end=("credentials-refused",), requests=190),
    )
    yield Row(
        name="credential-command/fails",
        says="The command fails: two lines, and nothing is sent.",
        against=reference(),
        key=None,
        arguments=("--credential-command", "exit 3"),
        right=Right(exits=(2,), words=(STOPPED,), requests=0, says=("--credential-command",)),
    )
    yield Row(
        name="auth-header/api-key",
        says="The credential goes into X-Api-Key, and the rows about credentials are judged there.",
        against=scripted(_api_key),
        arguments=("--auth-header", "X-Api-Key"),
        right=Right(also=(auth_is_judged,)),
    )


def _api_key(asked: Asked):
    """Take the credential only from X-Api-Key."""
    key = asked.headers.get("x-api-key", "")
    return [plain(*asked.at(asked.path, authorization=f"Bearer {key}").answer())]


def auth_is_judged(outcome: Outcome) -> Iterator[str]:
    """The rows about credentials pass."""
    if outcome.report is None:
        return
    for row in outcome.report["requirements"]:
        if row["id"] in {"auth/no-key", "auth/unknown-key"} and row["verdict"] != "pass":
            yield f"{row['id']} is {row['verdict']}"


def quotas() -> Iterator[Row]:
    """Yield rows of accounts that are full."""
    for name, count, said in (
        ("403", 40, (403, "quota_exceeded", "You have reached the limit of 40 event destinations.")),
        ("400", 40, (400, "limit", "Too many event destinations: the maximum is 40.")),
        ("409", 40, (409, "conflict", "This account has 40 event destinations already.")),
        ("402", 40, (402, "payment_required", "Your plan allows 40 event destinations.")),
        ("403-late", 200, (403, "quota_exceeded", "You have reached the limit of 200 event destinations.")),
        ("422-at-one", 1, (422, "limit", "One event destination is the maximum.")),
    ):
        yield Row(
            name=f"quota/{name}",
            says=f"After {count} creates more are refused: {said[2]}",
            against=scripted(app=limited(count, *said)),
            right=Right(exits=(2,), words=(OPEN,), end=("quota",), says=(said[2],)),
        )


def full_for_what_is_open() -> Iterator[Row]:
    """Yield rows of full accounts on a page without ACCEPT cases."""
    for phase in ("boundaries", "fuzz"):
        yield Row(
            name=f"quota/in-{phase}",
            says=f"The account is full from the 12th create on, in a run of {phase} only: told as a quota, soon.",
            against=scripted(app=limited(12, 403, "quota_exceeded", "You have reached your quota.")),
            arguments=("--phases", phase),
            right=Right(exits=(2,), words=(OPEN,), end=("quota",), requests=90, says=("You have reached your quota",)),
        )


def constant() -> Iterator[Row]:
    """Yield rows of targets with one answer to everything."""
    refused = Right(exits=(1, 2), words=(FAILS, OPEN, STOPPED), findings=(ANY,), also=(nothing_passes_on_refusals,))
    broken = Right(exits=(1,), words=(FAILS,), findings=(ANY,), needs=(ANY,), also=(nothing_passes_on_refusals,))
    stopped = Right(exits=(2,), words=(STOPPED,), requests=3)
    kinds: dict[str, tuple[Script, Right]] = {
        "400": (refusal(400, "invalid", "No."), refused),
        "409": (refusal(409, "conflict", "It already exists."), refused),
        "409-idempotency": (refusal(409, "idempotency_error", "Used with other parameters."), refused),
        "422": (refusal(422, "invalid", "No."), refused),
        "404": (refusal(404, "not_found", "Nothing here."), stopped),
        "200-object": (answers(200, "{}"), broken),
        "200-empty": (answers(200), broken),
        "200-html": (answers(200, "<!doctype html><html></html>", kind="text/html"), stopped),
        "200-list": (answers(200, "[1, 2]"), broken),
        "200-surrogate": (answers(200, '{"id": "\\ud800", "object": "\\udfff"}'), broken),
        "200-not-utf-8": (answers(200, "{\ud800}"), broken),
        "204": (answers(204), broken),
        "500": (answers(500, "{}"), broken),
    }
    for name, (script, right) in kinds.items():
        yield Row(
            name=f"always/{name}",
            says=f"Everything is answered {name}.",
            against=scripted(script),
            arguments=("--cleanup",),
            right=right,
        )


def targets() -> Iterator[Row]:
    """Yield rows of runs whose target is not on the command line."""
    yield Row(
        name="target/none",
        says="Without a target the last line says that the bundled server was judged.",
        against=nothing,
        url=None,
        key=None,
        report=False,
        right=Right(words=(CONFORMS,), also=(the_last_line_says_whom,)),
    )
    yield Row(
        name="target/none-quiet",
        says="The same with --quiet.",
        against=nothing,
        url=None,
        key=None,
        report=False,
        arguments=("--quiet", "--phases", "smoke"),
        right=Right(words=(AS_FAR,), also=(the_last_line_says_whom,)),
    )
    yield Row(
        name="target/required",
        says="With --require-target there is none, and nothing is judged.",
        against=nothing,
        url=None,
        key=None,
        arguments=("--require-target",),
        right=Right(exits=(2,), words=(STOPPED,)),
    )
    yield Row(
        name="target/environment",
        says="ED_CONTRACT_URL names the target, and other variables set other options.",
        against=reference(),
        url=None,
        environment={"ED_CONTRACT_URL": "{url}", "ED_CONTRACT_MAX_REQUESTS": "30", "ED_CONTRACT_CLEANUP": "true"},
        right=Right(words=(AS_FAR,), requests=30, reached=20, also=(nothing_of_ours_is_left_unnamed,)),
    )
    yield Row(
        name="target/environment-wrong",
        says="A variable that makes no sense is told at once.",
        against=reference(),
        environment={"ED_CONTRACT_MAX_REQUESTS": "many"},
        right=Right(exits=(2,), words=(STOPPED,), requests=0, says=("ED_CONTRACT_MAX_REQUESTS",)),
    )


def the_last_line_says_whom(outcome: Outcome) -> Iterator[str]:
    """The last line says that the user's server was not judged."""
    last = (outcome.stdout.strip().splitlines() or [""])[-1].lower()
    if not any(word in last for word in ("bundled", "embedded", "reference")):
        yield f"the last line is {last!r}"


ROWS = (*cut(), *expired(), *fresh(), *quotas(), *full_for_what_is_open(), *constant(), *targets())
