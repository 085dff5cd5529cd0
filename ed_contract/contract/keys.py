"""What idempotency keys look like, if a document says so: the form of fresh ones, and which others it allows.

By default they are lower-case UUIDs, which any server accepts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from ed_contract.contract.validator import validator
from ed_contract.kinds.patterns import spread

Form: TypeAlias = Callable[[str], str]
"""Makes a key of 64 hexadecimal digits."""
_LENGTHS = (36, 32, 26, 24, 22, 21, 20, 16, 12, 10, 8)
_UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_SAMPLES = ("a1b2c3d4" * 8, "f09e8d7c" * 8)


def uuid(digits: str) -> str:
    """Return a lower-case UUID that starts with a letter, so that its upper-case form always differs."""
    word = "abcdef"[int(digits[0], 16) % 6] + digits[1:]
    return f"{word[:8]}-{word[8:12]}-4{word[13:16]}-a{word[17:20]}-{word[20:32]}"


def form_of(schema: Mapping[str, Any], example: object = None) -> Form:
    """Return the form of fresh keys: the first known form that a schema allows, or UUIDs if it allows none.

    Args:
        schema: of the header that carries them.
        example: a key that the document gives.
    """
    taken = validator(schema) if schema else None
    forms = _forms(schema, example)
    return next((form for form in forms if taken is None or all(taken.is_valid(form(one)) for one in _SAMPLES)), uuid)


def form_named(said: str) -> Form:
    """Return the form of fresh keys that an option names: `uuid`, `prefix:TEXT` or `regex:RE`."""
    kind, _, rest = said.partition(":")
    if kind == "regex":
        return lambda digits: spread(rest, digits)
    return lambda digits: rest + uuid(digits)


def pattern_named(said: str) -> str:
    """Return the regular expression of the keys that an option names."""
    kind, _, rest = said.partition(":")
    match kind:
        case "uuid":
            return _UUID
        case "prefix":
            return f"^{re.escape(rest)}"
        case _:
            return rf"\A(?:{rest})\Z"


def _forms(schema: Mapping[str, Any], example: object) -> Iterator[Form]:
    yield uuid
    prefixes = [match[0] for match in (re.match(r"[A-Za-z]+[_:.-]", str(example or "")),) if match]
    prefixes += re.findall(r"^\^?([A-Za-z0-9]+[_:.-])", str(schema.get("pattern", "")))
    for prefix in dict.fromkeys((*prefixes, "")):
        for length in _LENGTHS:
            for write in (str.lower, str.upper, _in_decimals):
                yield _cut(prefix, length, write)


def _cut(prefix: str, length: int, write: Callable[[str], str]) -> Form:
    return lambda digits: f"{prefix}{write(digits)[:length]}"


def _in_decimals(digits: str) -> str:
    return str(int(digits, 16)).rjust(len(digits), "1")


def takes(schema: Mapping[str, Any], form: Form, template: str) -> bool:
    """Whether a schema allows a key that contains a fresh one of a form, as in a `Key` template.

    A UUID in upper case may be the same as the one in lower case.
    """
    if not schema:
        return True
    fresh = form(_SAMPLES[0])
    if "{FRESH}" in template and (schema.get("format") == "uuid" or fresh.upper() == fresh):
        return False
    key = template.replace("{fresh}", fresh).replace("{FRESH}", fresh.upper())
    return bool(validator(schema).is_valid(key))
