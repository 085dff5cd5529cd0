"""Keeps credentials and signing secrets out of everything that is written, by value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from ed_contract.excerpt import Long
from ed_contract.finding import Finding
from ed_contract.interaction import secret_of
from ed_contract.report.curl import OWN_HEADERS
from ed_contract.transport import Target

DISTINCT = 8  # characters from which on a value is masked wherever it stands
SHORTEST = 4  # characters from which on it is masked as a word of its own; a shorter one hides nothing
MASK = "***"
CUT = "…"
"""Stands at the end of a text of which the rest is left out."""
_ESCAPED = '"\\/'  # characters before which JSON puts a backslash, or may
_SLASHES = r"\\{1,4}"  # of JSON in JSON; without an end, a body of nothing else would take hours
_LATIN = 0xFF


class Redactor:
    """Masks the values it was given, and whatever looks like a signing secret.

    A value is known however JSON or a URL escapes it, and where a message was cut in the middle of it.
    """

    def __init__(self, values: Iterable[str | None] = ()) -> None:
        self._values = frozenset(value for value in values if value and len(value) >= SHORTEST)
        # Longest first: one credential may begin with another.
        known = sorted(self._values, key=len, reverse=True)
        patterns = [pattern(value) for value in known for pattern in (_whole, _cut_off)]
        self._pattern = re.compile("|".join([*patterns, _SIGNING]))

    @classmethod
    def of(cls, target: Target | None) -> Redactor:
        """Return the redactor of all that was configured for a target, and may be a credential.

        Of a header that the user added, which may read `Basic …`, the whole value and its words.
        """
        if target is None:
            return cls()
        added = [value for name, value in target.headers if name.lower() not in OWN_HEADERS]
        words = [word for value in added for word in (value.strip(), *value.split()) if len(word) >= DISTINCT]
        passwords = [urlsplit(url).password for url in (target.url, target.proxy) if url]
        return cls((target.api_key, target.second_api_key, *passwords, *words))

    def guarding(self, finding: Finding) -> Redactor:
        """Return a redactor for what a finding says, which masks the secrets too that the target showed in it.

        It is for where the target speaks, not for what we sent: a secret that equals a parameter would make the
        requests unrepeatable.
        """
        secrets = [secret_of(one.created) for one in finding.evidence if one.created is not None]
        # Of a secret that was too long to keep, no more than its start is ever shown.
        return self.also(one.start[1:] if isinstance(one, Long) else one for one in secrets)

    def also(self, values: Iterable[str | None]) -> Redactor:
        """Return a redactor that masks `values` too."""
        return Redactor((*self._values, *values))

    def __call__(self, text: str) -> str:
        """Return `text` without the values."""
        return self._pattern.sub(lambda found: f"whsec_{MASK}" if found[0].startswith("whsec_") else MASK, text)

    def start(self, text: str) -> str:
        """Return the beginning of a longer text without the values, one that is cut off at its end among them."""
        return self(text + CUT).removesuffix(CUT)

    def document(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return a JSON value with all its strings redacted; names of members are ours."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, dict):
            return {name: self.document(one) for name, one in value.items()}
        return [self.document(one) for one in value] if isinstance(value, list) else value


def _whole(value: str) -> str:
    """Return the pattern of a value; a short one occurs in other words by chance."""
    pattern = "".join(map(_char, value))
    return pattern if len(value) >= DISTINCT else rf"(?<![\w-]){pattern}(?![\w-])"


def _cut_off(value: str) -> str:
    """Return the pattern of a value's beginning before a cut mark, which may stand in the middle of an escape."""
    more = ""
    for char in reversed(value[SHORTEST:]):
        more = f"(?:{_char(char)}{more})?"
    start = "".join(map(_char, value[:SHORTEST]))
    word = "" if len(value) >= DISTINCT else r"(?<![\w-])"
    return rf"{word}{start}{more}(?:{_SLASHES}(?:u[0-9A-Fa-f]{{0,3}})?|%[0-9A-Fa-f]?)?(?={CUT})"


def _char(char: str) -> str:
    """Return the pattern of a character as it is, as JSON escapes it, once or twice, and as a URL does."""
    plain = rf"(?:{_SLASHES})?{re.escape(char)}" if char in _ESCAPED else re.escape(char)
    code = "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in f"{ord(char):02x}")
    return rf"(?:{plain}|{_SLASHES}u00{code}|%{code})" if ord(char) <= _LATIN else plain


_SIGNING = (
    "".join(map(_char, "whsec_")) + rf"(?:[A-Za-z0-9+/=_-]|{_SLASHES}/|{_SLASHES}u00[0-9A-Fa-f]{{2}}|%[23][BDFbdf])+"
)
