"""Writes interactions as a shell script that really repeats them: curl, with fresh keys and the user's credential."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from ed_contract.case import Credential, Key
from ed_contract.interaction import Interaction

_AUTHORIZATION = {
    Credential.FIRST: '"Authorization: Bearer $ED_CONTRACT_API_KEY"',
    Credential.SECOND: '"Authorization: Bearer $ED_CONTRACT_SECOND_API_KEY"',
    Credential.EMPTY: "'Authorization: Bearer'",
    Credential.OTHER_SCHEME: '"Authorization: Digest $ED_CONTRACT_API_KEY"',
    Credential.UNKNOWN: "'Authorization: Bearer sk_test_nobody_has_this_key'",
}
_IMPLICIT = {"accept", "user-agent", "idempotency-key"}
_FRESH = "\"ed$(head -c 17 /dev/urandom | od -An -tx1 | tr -d ' \\n')\""  # 36 characters, as the engine makes them


def script(interactions: Sequence[Interaction], url: str) -> str:
    """Return the script; its keys are fresh each time, and stand to each other as they did."""
    names: dict[str, str] = {}
    for one in interactions:
        if one.form is not None and one.key is not None and (fresh := _fresh_in(one.form, one.key)) is not None:
            names.setdefault(fresh, f"K{len(names) + 1}")
    lines = [f"{name}={_FRESH}" for name in names.values()]
    for number, one in enumerate(interactions):
        following = interactions[number + 1] if number + 1 < len(interactions) else None
        together = one.burst is not None
        lines.append(_command(one, url, names) + (" &" if together else ""))
        if together and (following is None or following.burst != one.burst):
            lines.append("wait")
    return "\n".join(lines)


def _fresh_in(form: Key, key: str) -> str | None:
    """Return the fresh value that the engine put into the key, in lower case; None for a literal key."""
    pattern = re.escape(form.template).replace(r"\{fresh\}", "(.{36})").replace(r"\{FRESH\}", "(.{36})")
    found = re.fullmatch(pattern, key, re.DOTALL)
    return found[1].lower() if found and found.groups() else None


def _command(one: Interaction, url: str, names: dict[str, str]) -> str:
    parts = ["curl", "-sS", "-X", one.request.method, shlex.quote(url)]
    # curl adds a media type of its own unless it is told not to.
    headers = [name.lower() for name, _ in one.request.headers]
    parts += ["-H", "'Content-Type:'"] if "content-type" not in headers else []
    if one.request.credential in _AUTHORIZATION:
        parts += ["-H", _AUTHORIZATION[one.request.credential]]
    for name, value in one.request.headers:
        if name.lower() not in _IMPLICIT:
            parts += ["-H", shlex.quote(f"{name}: {value}")]
    parts += _key(one, names)
    body = _text(one.request.body)
    if body is not None:
        return " ".join([*parts, "--data-binary", shlex.quote(body)])
    octal = "".join(f"\\{byte:03o}" for byte in one.request.body)
    return " ".join(["printf", shlex.quote(octal), "|", *parts, "--data-binary", "@-"])


def _key(one: Interaction, names: dict[str, str]) -> Iterator[str]:
    if one.key is None or one.form is None:
        return
    yield "-H"
    fresh = _fresh_in(one.form, one.key)
    if fresh is None:
        yield shlex.quote(f"Idempotency-Key: {one.key}") if one.key else "'Idempotency-Key;'"
        return
    name = names[fresh]
    upper = f'"$(printf %s "${name}" | tr a-z A-Z)"'
    before, after = re.split(r"\{fresh\}|\{FRESH\}", one.form.template, maxsplit=1)
    value = upper if "{FRESH}" in one.form.template else f'"${name}"'
    yield shlex.quote(f"Idempotency-Key: {before}") + value + (shlex.quote(after) if after else "")


def _text(body: bytes) -> str | None:
    """Return the body as text that a terminal shows and a shell carries, or None."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    # A leading @ would be a file's name.
    return text if text.isprintable() and text and not text.startswith("@") else None
