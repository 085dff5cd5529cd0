"""The kind `text`: what people write, in any script and of any length."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from string import ascii_letters

from ed_contract.kinds import choosing, other_types, sizes
from ed_contract.kinds.choosing import Candidate, round_robin
from ed_contract.kinds.forms import is_normalised
from ed_contract.kinds.patterns import matching
from ed_contract.kinds.sharing import shared
from ed_contract.kinds.spec import Json, NoValueError, Spec, Value, Wrong
from ed_contract.kinds.text_characters import named, of_characters
from ed_contract.kinds.text_near import twins
from ed_contract.kinds.text_readable import OF_FORMATS, READABLE
from ed_contract.kinds.text_unusual import HARD, NUMBERS, WORDS, WRITTEN
from ed_contract.kinds.validity import fits

_RUNS = (13, 14, 15, 16, 10, 12, 17, 18, 19, 20, 32, 40, 64, 100, 400)  # digits in a row; 13 to 16 look like a card


def plain(spec: Spec) -> Json:
    """Return the plainest valid text."""
    return usual(spec)[0]


@lru_cache(maxsize=1024)
def usual(spec: Spec) -> tuple[Json, ...]:
    """Return readable texts in many scripts, those of the document first.

    Raises:
        NoValueError: no text was found that satisfies the schemas.
    """
    return written(spec, OF_FORMATS.get(_format(spec), READABLE))


def _format(spec: Spec) -> str:
    """Return the format that the document names, if texts of it are known here, or ""."""
    stated = {**spec.schema, **spec.realistic}.get("format", "")
    return stated if stated in OF_FORMATS else ""


def written(spec: Spec, pool: tuple[str, ...]) -> tuple[Json, ...]:
    """Return the usual texts of the document and of `pool`, or else those made from the schemas."""
    stated = {**spec.schema, **spec.realistic}
    listed = stated.get("enum", ()) if "const" not in stated else (stated["const"],)
    found = tuple(choosing.usual(spec, (*spec.values, *listed, *pool)))
    return found or tuple(choosing.usual(spec, _made(spec))) or _valid(spec, pool)


def _made(spec: Spec) -> Iterator[Json]:
    """Yield texts made from the patterns and lengths in the schemas."""
    shortest = max((0, *sizes.limits_of(spec.schema, "minLength"), *sizes.limits_of(spec.realistic, "minLength")))
    for pattern in dict.fromkeys(one["pattern"] for one in (spec.realistic, spec.schema) if "pattern" in one):
        yield from matching(pattern, shortest)
    yield from (sizes.filler(size) for size in (shortest, shortest + 1, 1))
    yield from ("Orders"[:size] for size in (*sizes.limits_of(spec.schema, "maxLength"), 3, 2, 1))
    yield from ("a", "A", "0", "-")


def _valid(spec: Spec, pool: tuple[str, ...]) -> tuple[Json, ...]:
    """Return a text that only the documented schema allows, for want of a realistic one."""
    found = tuple(one for one in (*spec.values, *pool, *_made(spec)) if fits(spec, one))
    if not found:
        raise NoValueError(f"no {spec.kind} was found that satisfies {dict(spec.schema)} and {dict(spec.realistic)}")
    return found[:1]


def unusual(spec: Spec) -> Iterator[Value]:
    """Yield hard texts, readable ones first, then syntax, sizes, words, numbers and characters in turn."""
    return choosing.unusual(spec, candidates(spec))


def candidates(spec: Spec) -> Iterator[Value]:
    """Yield every unusual text, whatever the schema says of it."""
    yield from shared(named(HARD), sizes.telling(spec))
    yield from round_robin(
        named(WRITTEN),
        sizes.of_texts(),
        of_characters(),
        (Value(name=f"the word {word}", value=word) for word in WORDS),
        named(NUMBERS),
        sizes.series("{} digits", _RUNS, digits),
    )


def digits(size: int) -> str:
    """Return the same number of digits; for 13 to 16, a test card number."""
    return ("4242424242424242" if 13 <= size <= 16 else "1234567890" * (size // 10 + 1))[:size]  # noqa: PLR2004


def near(spec: Spec, value: Json) -> Iterator[Value]:
    """Yield near twins: a letter, a blank, an accent, a sign or a position apart."""
    return choosing.near(spec, value, near_candidates(spec, value), forms)


def near_candidates(spec: Spec, value: str) -> Iterator[Candidate]:
    """Yield near twins, whatever the schema says of them."""
    others = [one for one in usual(spec) if one != value]
    if _is_formatted(spec, value):  # a text that differs by a letter may break the format, or mean the same
        yield from (("another", one) for one in others[:1])
        yield from (("another, the last", one) for one in others[-1:])
    else:
        yield from twins(value)
        yield "another", next(iter(others), value)


def wrong(spec: Spec, value: Json) -> Iterator[Wrong]:
    """Yield values that are not text, and texts that break the document's lengths, patterns and formats."""
    value = choosing.sample(spec, value)
    return choosing.wrong(spec, round_robin(other_types.for_text(value), broken_candidates(spec, value)))


def broken_candidates(spec: Spec, text: str) -> Iterator[Candidate]:
    """Yield texts that break the document's rules for texts, if it has any."""
    for limit in sizes.limits_of(spec.schema, "minLength"):
        yield "one character fewer than allowed", fitting(text, limit - 1)
        yield "empty string", ""
    for limit in sizes.limits_of(spec.schema, "maxLength"):
        yield "one character more than allowed", fitting(text, limit + 1)
        yield "twice as long as allowed", fitting(text, 2 * limit)
    if spec.schema.keys() & {"pattern", "format", "const", "enum"}:
        yield "unrelated", "carrier_pigeon"
        yield "padded right", f"{text} "
        yield "padded left", f" {text}"
        yield "upper case", text.upper()
        yield "lower case", text.lower()
        yield "prefix", text[:-1]
        yield "doubled", text * 2
        yield "another sign inside", f"{text[: len(text) // 2]}!{text[len(text) // 2 :]}"
        yield "a letter beyond ASCII", f"{text[:-1]}é"
        yield "empty string", ""


def fitting(text: str, size: int) -> str:
    """Return a text of `size` characters that begins as `text` does and ends as plainly."""
    last = text[-1] if text and text[-1].isalnum() else "s"
    return text[:size] + last * (size - len(text))


def forms(sent: Json, got: Json) -> bool:
    """Whether `got` is `sent` trimmed, NFC-normalised, or with its newlines folded into blanks."""
    return isinstance(sent, str) and is_normalised(sent, got)


def _is_formatted(spec: Spec, text: str) -> bool:
    """Whether a text has a form that a part of it, or a similar text, may lack."""
    return bool(_format(spec)) and text in usual(spec)


_PLAIN_LETTERS = frozenset(f"{ascii_letters} ")


def smaller(spec: Spec, value: Json) -> Iterator[Json]:
    """Yield the plainest text, halves, texts without odd characters, and texts of plain letters only."""
    return choosing.smaller(spec, value, _simpler(spec, value), lambda text: _weight(spec, text))


def _weight(spec: Spec, text: str) -> tuple[int, int, int]:
    """Return a weight that falls with each step: the plainest weighs nothing, then length decides, then odd letters."""
    odd = sum(char not in _PLAIN_LETTERS for char in text)
    return (0, 0, 0) if text == plain(spec) else (len(text), odd, sum(char != "a" for char in text))


def _simpler(spec: Spec, text: str) -> Iterator[str]:
    yield plain(spec)
    if _is_formatted(spec, text):
        return
    half = len(text) // 2
    yield from (text[:half], text[half:], text[:half].strip(), text[half:].strip())
    odd = next((char for char in text if char not in _PLAIN_LETTERS), None)
    if odd is not None:
        yield "".join(char for char in text if char in _PLAIN_LETTERS).strip()
        yield text.replace(odd, "")
        yield text.replace(odd, "a")
    quarter = len(text) // 4
    yield from (text[quarter:], text[: len(text) - quarter]) if quarter else ()
    yield from (text[1:], text[:-1])
    yield "a" * len(text)
