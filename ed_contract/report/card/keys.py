"""Which idempotency keys a server accepts: their form, their length, and odd ones."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.case import Credential, Expectation
from ed_contract.expecting import expected
from ed_contract.interaction import Interaction, Response
from ed_contract.record.history import History
from ed_contract.record.key_forms import KeyForms
from ed_contract.report.card.answers import refused_with

LONGEST_USUAL = 64  # characters


def taken(answered: tuple[Interaction, ...], _: History) -> Iterator[str]:
    """Yield, for each create that made something, which keys are accepted, as far as all of them show."""
    forms = KeyForms()
    for one in answered:
        forms.add(one)
    keys = [one.key for one in answered if one.key is not None and one.created is not None]
    if not keys:
        return
    form = f"only {forms.form}" if forms.form else "all usual forms"
    said = f"{form}; the longest accepted had {max(map(len, keys))} characters"
    yield from (said for _ in keys)


def unusual(one: Interaction, history: History) -> Iterator[str]:
    """Yield whether a valid create was accepted under a key that not every server accepts."""
    answer = one.answer
    what = None if one.key is None else _kind(one.key)
    if what is None or not isinstance(answer, Response) or answer.says_nothing or history.is_used_before(one):
        return
    if one.burst is not None or one.request.credential is not Credential.FIRST or one.case.params is None:
        return
    if expected(one.contract, one.case.params)[0] is not Expectation.ACCEPT:
        return
    yield f"{what}: {'accepted' if one.created is not None else refused_with(answer)}"


def _kind(key: str) -> str | None:
    """Return what is unusual about a key, or None."""
    if not key.strip():
        return "empty"
    if not key.isascii():
        return "non-ASCII characters"
    if len(key) > LONGEST_USUAL:
        return f"{len(key)} characters"
    if " " in key:
        return "a space"
    return None if all(char.isalnum() or char in "-_.:" for char in key) else "punctuation"
