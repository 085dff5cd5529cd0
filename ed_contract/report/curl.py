"""Writes interactions as a shell script that really repeats them: curl, with fresh keys and the user's credential.

The script runs in any POSIX shell. What may be secret it takes from the environment: the credentials, and the
headers that the user added.
"""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit, urlunsplit

from ed_contract.case import Credential, HangUp
from ed_contract.contract import Contract
from ed_contract.contract.headers import BASIC, in_base64
from ed_contract.interaction import Headers, Interaction

_IMPLICIT = frozenset({"accept", "user-agent"})

# A UUID, as the runner's own keys look: some servers take nothing else. Many images of Linux have no uuidgen.
_FRESH = "$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen | tr A-Z a-z)"
_PREFIXED = re.compile(r"([!-~]+)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_PLACE = re.compile(r"(\{fresh\}|\{FRESH\})")
_PLAIN = re.compile(r"[A-Za-z0-9 .:/_-]*")  # what double quotes hold in any shell, an interactive one too
_LONGEST_ARGUMENT = 100_000  # bytes; Linux takes 128 KiB, and printf, which is built in, any number
BASE_URL = "ED_CONTRACT_URL"
"""The environment variable that the script takes the server's base URL from where the report has none."""
AGE = 2  # seconds for which keys have to be remembered at least
CUT_SHORT = 0.2  # seconds that an attempt has whose answer was lost
_CURL = "curl -sSi -w '\\n'"
_LONG = 500  # bytes from which on a body is looked at for repetitions
_MINUS = r"\055"  # at the beginning it would begin an option
_REPEATED = re.compile(rb"(.{1,16}?)\1{49,}", re.DOTALL)

_UNREAD = {HangUp.SENT, HangUp.UNDER_WAY}


def script(
    interactions: Sequence[Interaction],
    url: str,
    *,
    between: int = 0,
    auth_header: str = "Authorization",
    restarts: bool = False,
) -> str:
    """Return the script; its keys are fresh each time, and stand to each other as they did.

    With `between`, the first create is made under this many other keys too, before the last request. `auth_header` is
    where the target takes its credential. `restarts` says that the target is restarted before the last request.
    """
    names: dict[str, str] = {}
    made: dict[str, str] = {}  # what makes a fresh value of each
    uppers: set[str] = set()
    for one in interactions:
        if one.form is not None and one.key is not None and (fresh := one.form.fresh_in(one.key)) is not None:
            name = names.setdefault(fresh, f"K{len(names) + 1}")
            made.setdefault(name, _prefix(one.key, fresh) + _FRESH)
            if "{FRESH}" in one.form.template:
                uppers.add(name)
    lines = []
    for name in names.values():
        lines.append(f"{name}={made[name]}")
        if name in uppers:
            lines.append(f'{name}_UPPER=$(echo "${name}" | tr a-z A-Z)')
    for number, one in enumerate(interactions):
        following = interactions[number + 1] if number + 1 < len(interactions) else None
        together = one.burst is not None
        if between and following is None:
            another = next(iter(made.values()), _FRESH)
            lines += [*_others(interactions[0], url, between, auth_header, another), f"sleep {AGE}"]
        if one.lost and one.unanswered and not together:
            lines += [
                "# Its first answer was lost: this attempt is cut short.",
                _cut_short(one, url, names, auth_header),
            ]
        lines += _noted(one, restarts=restarts and following is None)
        command = _cut_short if one.request.hangs_up in _UNREAD else _command
        lines.append(command(one, url, names, auth_header) + (" &" if together else ""))
        if together and (following is None or following.burst != one.burst):
            lines.append("wait")
    return "\n".join(lines)


def _prefix(key: str, fresh: str) -> str:
    """Return what stands before the UUID of a fresh value, as the shell takes it."""
    at = key.lower().find(fresh)
    found = _PREFIXED.match(key[at : at + len(fresh)])
    return shlex.quote(found[1]) if found else ""


def _others(first: Interaction, url: str, count: int, auth_header: str, another: str) -> list[str]:
    """Return the lines that send the first create under other keys, one after the other."""
    command = _command(first, url, defaultdict(lambda: "K"), auth_header)
    again = command.replace(_CURL, "curl -sS -o /dev/null", 1)
    return [f"for number in $(seq {count}); do", f"  K={another}", *(f"  {line}" for line in again.split("\n")), "done"]


def _cut_short(one: Interaction, url: str, names: dict[str, str], auth_header: str) -> str:
    """Return the command that sends a request and does not wait for its answer."""
    command = _command(one, url, names, auth_header)
    return command.replace(_CURL, f"curl -s -o /dev/null --max-time {CUT_SHORT}", 1) + " || true"


def _noted(one: Interaction, *, restarts: bool) -> Iterator[str]:
    """Yield what is to be done before a request, and the comment on one at which we hung up."""
    if restarts:
        yield "# Restart the server here."
    if one.request.hangs_up in _UNREAD:
        yield "# The connection is closed before the answer is read."
    elif one.request.hangs_up is not None:
        yield "# The connection is reset as soon as the answer has shown its id; curl reads all of it, and closes it."


def variable(header: str) -> str:
    """Return the name of the environment variable that the script takes the value of a user's header from."""
    return re.sub(r"[^A-Z0-9]", "_", header.upper())


def as_options(headers: Headers, contract: Contract) -> Iterator[str]:
    """Yield the options that send the user's headers; what may be secret comes from the environment."""
    for name, value in headers:
        own = name.lower() in contract.headers.own
        yield f"-H {shlex.quote(f'{name}:{value}')}" if own else f'-H "{name}:${variable(name)}"'


def _command(one: Interaction, url: str, names: dict[str, str], auth_header: str) -> str:
    """Return one command over several lines: who asks, what kind, and the body."""
    who = [*_credential(one, auth_header), *_key(one, names)]
    implicit = {one.contract.headers.key.lower(), *(_IMPLICIT if one.case.headers is None else ())}
    what = [_header(name, value, one.contract) for name, value in one.request.headers if name.lower() not in implicit]
    if "content-type" not in (name.lower() for name, _ in one.request.headers):
        what.append("'Content-Type:'")  # curl adds one of its own unless it is told not to
    made, data = _body(one.request.body)
    method = "" if one.request.method == "POST" else f" -X {shlex.quote(one.request.method)}"
    headers = [" ".join(f"-H {header}" for header in some) for some in (who, what) if some]
    if one.node:
        url = urlunsplit(urlsplit(one.node)._replace(path=one.request.path.partition("?")[0]))
    # An application that was called in process has no URL: the reader serves it somewhere.
    where = shlex.quote(f"{url}{one.contract.headers.query}") if "://" in url else f'"${BASE_URL}{one.request.path}"'
    return " \\\n  ".join([f"{made}{_CURL}{method} {where}", *headers, f"--data-binary {data}"])


def _credential(one: Interaction, auth_header: str) -> Iterator[str]:
    """Yield the header that carries a credential, as `Target.authorization` writes it."""
    scheme = one.contract.headers.scheme_in(auth_header)
    name = f"{auth_header}: "
    match one.request.credential:
        case Credential.FIRST:
            yield f'"{name}{scheme}{_value("ED_CONTRACT_API_KEY", scheme)}"'
        case Credential.SECOND | Credential.FURTHER:
            yield f'"{name}{scheme}{_value("ED_CONTRACT_SECOND_API_KEY", scheme)}"'
        case Credential.EMPTY:
            yield shlex.quote(f"{name}{scheme}".rstrip() if scheme else f"{auth_header};")
        case Credential.OTHER_SCHEME:
            yield f'"{name}Digest $ED_CONTRACT_API_KEY"'
        case Credential.UNKNOWN:
            nobody = in_base64("sk_test_nobody_has_this_key:sk_test_nobody_has_this_key")
            yield f'"{name}{scheme}{nobody if scheme == BASIC else "${ED_CONTRACT_API_KEY}_nobodys"}"'


def _value(variable: str, scheme: str) -> str:
    """Return the words of the shell for a credential; of a user and a password, Basic sends the base64."""
    return f"$(printf %s \"${variable}\" | base64 | tr -d '\\n')" if scheme == BASIC else f"${variable}"


def _header(name: str, value: str, contract: Contract) -> str:
    if name.lower() not in contract.headers.own:
        return f'"{name}: ${variable(name)}"'
    return shlex.quote(f"{name}: {value}" if value.strip() else f"{name};")


def _key(one: Interaction, names: dict[str, str]) -> Iterator[str]:
    header = one.contract.headers.key
    if one.key is None or one.form is None or not header:
        return
    header = next((name for name, _ in one.request.headers if name.lower() == header.lower()), header)
    fresh = one.form.fresh_in(one.key)
    if fresh is None:
        # Curl drops a header without a value unless a semicolon stands in its place.
        yield shlex.quote(f"{header}: {one.key}" if one.key.strip() else f"{header};")
        return
    name = names[fresh]
    parts = [f"{header}: ", *_PLACE.split(one.form.template)]
    values = {"{fresh}": f"${name}", "{FRESH}": f"${name}_UPPER"}
    if one.form.template not in values:  # a letter after the name would be taken for a part of it
        values = {place: f"${{{value[1:]}}}" for place, value in values.items()}
    if all(part in values or _PLAIN.fullmatch(part) for part in parts):
        yield '"' + "".join(values.get(part, part) for part in parts) + '"'
        return
    yield "".join(f'"{values[part]}"' if part in values else shlex.quote(part) for part in parts if part)


def _body(body: bytes) -> tuple[str, str]:
    """Return what stands before curl, and curl's argument: the body itself where a shell and a terminal carry it."""
    pieces = list(_pieces(body))
    text = _printable(body)
    # A leading @ would be a file's name.
    if text and len(pieces) == 1 and len(body) <= _LONGEST_ARGUMENT and not text.startswith("@"):
        return "", shlex.quote(text)
    makers = [_printf(literal) if count == 1 else _repeat(literal, count) for literal, count in pieces]
    return (makers[0] if len(makers) == 1 else f"{{ {'; '.join(makers)}; }}") + " | ", "@-"


def _pieces(body: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the body as pieces, each with its number of repetitions: a hundred of them take one line."""
    done = 0
    for found in _REPEATED.finditer(body) if len(body) > _LONG else ():
        unit = found[1]
        if not _printable(unit):
            continue
        if found.start() > done:
            yield body[done : found.start()], 1
        yield unit, len(found[0]) // len(unit)
        done = found.end()
    if done < len(body) or not body:
        yield body[done:], 1


def _repeat(unit: bytes, count: int) -> str:
    return f"yes {shlex.quote(unit.decode())} | head -n {count} | tr -d '\\n'"


def _printf(literal: bytes) -> str:
    """Return the command that prints `literal`: what a terminal shows as it is, everything else as octal numbers."""
    text = literal.decode(errors="surrogateescape")
    shown = "".join(_escaped(char) for char in text)
    return f"printf {shlex.quote(shown.replace('-', _MINUS, 1) if shown.startswith('-') else shown)}"


def _escaped(char: str) -> str:
    if char in {"%", "\\"}:
        return char * 2
    if char.isprintable():
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode(errors="surrogateescape"))


def _printable(body: bytes) -> str | None:
    """Return the body as text that a terminal shows, or None."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
