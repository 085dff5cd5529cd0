"""The kind `digits`: account numbers and similar texts in which every digit counts, including leading zeros."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ed_contract.kinds import choosing, sizes, text
from ed_contract.kinds.choosing import Candidate, round_robin
from ed_contract.kinds.forms import is_normalised
from ed_contract.kinds.other_types import for_text
from ed_contract.kinds.patterns import matching
from ed_contract.kinds.spec import Json, Spec, Value, Wrong
from ed_contract.kinds.text_characters import named

_MADE = (
    *("12345678901234567890", "01234567890123456789", "00012345678901234567", "21098765432109876543"),
    *("00999999999999999999", "11112222333344445555", "44445555666677778888", "70000000000700000000"),
)
_USUAL_LENGTH = 12


def plain(spec: Spec) -> Json:
    """Return the plainest valid digits."""
    return usual(spec)[0]


@lru_cache(maxsize=1024)
def usual(spec: Spec) -> tuple[Json, ...]:
    """Return digits, some with leading zeros, those of the document first."""
    size = _length(spec)
    return text.written(spec, tuple((one * (size // len(one) + 1))[:size] for one in _MADE))


def _length(spec: Spec) -> int:
    """Return how many digits a value has, according to an example, a length or a pattern."""
    patterns = (one["pattern"] for one in (spec.realistic, spec.schema) if "pattern" in one)
    known = (*spec.values, *(example for pattern in patterns for example in matching(pattern)))
    named_sizes = sizes.limits_of({**spec.schema, **spec.realistic}, "minLength", "maxLength")
    return len(known[0]) if known else next(iter(named_sizes), _USUAL_LENGTH)


def unusual(spec: Spec) -> Iterator[Value]:
    """Yield fewer digits, more, grouped ones or ones of another script, and texts that are not numbers."""
    return choosing.unusual(spec, _unusual(plain(spec)))


def _unusual(digits: str) -> Iterator[Value]:
    size = len(digits)
    yield Value(name="zeros alone", value="0" * size)
    yield from sizes.series("{} digits", (size - 1, size + 1), lambda length: _continued(digits, length))
    yield Value(name="dashes", value="-".join(re.findall(".{1,4}", digits)))
    yield Value(name="a leading blank", value=f" {digits}")
    yield Value(name="other digits", value="".join(chr(0x660 + int(one)) if one.isdecimal() else one for one in digits))
    yield Value(name="no characters", value="")
    yield from named(
        (
            ("blanks", " ".join(re.findall(".{1,4}", digits))),
            ("a trailing blank", f"{digits} "),
            ("a letter inside", f"{digits[: size // 2]}x{digits[size // 2 + 1 :]}"),
            ("a letter O for a zero", digits[:-1] + "O"),
            ("letters alone", "abcdefghijkl" * (size // 12 + 1)),
            ("nines alone", "9" * size),
            ("digits of full width", "".join(chr(0xFF10 + int(one)) if one.isdecimal() else one for one in digits)),
            ("dots", ".".join(re.findall(".{1,3}", digits))),
            ("commas", ",".join(re.findall(".{1,3}", digits))),
            ("a point and a zero", f"{digits}.0"),
            ("a plus in front", f"+{digits}"),
            ("a minus in front", f"-{digits}"),
            ("an exponent", "1e11"),
            ("hexadecimal digits", "0x" + digits[2:]),
            ("a newline at the end", f"{digits}\n"),
            ("NUL", f"{digits}\0"),
            ("quotes around it", f'"{digits}"'),
            ("a blank", " "),
            ("one digit", "7"),
            ("zero", "0"),
            ("the word null", "null"),
            ("a formula", f"={digits}"),
            ("a no-break space", f"{digits[:4]}\u00a0{digits[4:]}"),
            ("raised digits", digits[:-1] + "\u00b2"),
            ("a resource name", f"arn:orders:{digits}:all"),
        )
    )
    yield from sizes.series(
        "{} digits", (2, 8, 10, 16, 19, 20, 32, 64, 100, 256, 1025), lambda length: _continued(digits, length)
    )


def _continued(digits: str, size: int) -> str:
    """Return the digits, truncated or padded to a length."""
    return (digits + "3456789012" * (size // 10 + 1))[:size]


def near(spec: Spec, value: Json) -> Iterator[Value]:
    """Yield the same number of digits, of which one or two differ."""
    return choosing.near(spec, value, _twins(spec, value), forms)


def _twins(spec: Spec, digits: str) -> Iterator[Candidate]:
    places = [place for place, one in enumerate(digits) if "0" <= one <= "9"]
    if places:
        yield "another last digit", _other(digits, places[-1])
        yield "another first digit", _other(digits, places[0])
        yield "another digit in the middle", _other(digits, places[len(places) // 2])
    yield "two digits swapped", re.sub(r"([0-9])(?!\1)([0-9])", r"\2\1", digits, count=1)
    yield "one digit higher", _higher(digits)
    yield "last digits swapped", re.sub(r"([0-9])(?!\1)([0-9])(?=[0-9]{0,2}$)", r"\2\1", digits, count=1)
    yield "in reverse", digits[::-1]
    yield "turned by one", digits[-1:] + digits[:-1]
    yield "zeros in front at the end", digits.lstrip("0") + "0" * (len(digits) - len(digits.lstrip("0")))
    yield "a zero in front", f"0{digits}"
    yield "without a zero in front", digits.removeprefix("0")
    yield "another", next((one for one in usual(spec) if one != digits), digits)
    yield from text.near_candidates(spec, digits) if not places else ()


def _other(digits: str, place: int) -> str:
    return f"{digits[:place]}{9 - int(digits[place])}{digits[place + 1 :]}"


def _higher(digits: str) -> str:
    """Return the next number, which is the same to a program that reads digits as floating point."""
    number = int(digits) + 1 if digits.isascii() and digits.isdecimal() and len(digits) < 100 else None  # noqa: PLR2004
    return digits if number is None else str(number).zfill(len(digits))


def wrong(spec: Spec, value: Json) -> Iterator[Wrong]:
    """Yield values that are not text, first the digits as a number, and texts that break a pattern or a length."""
    value = choosing.sample(spec, value)
    broken = (
        ("one digit fewer", value[:-1]),
        ("one digit more", f"{value}0"),
        ("a letter inside", f"{value[: len(value) // 2]}x{value[len(value) // 2 + 1 :]}"),
        ("dashes", "-".join(re.findall(".{1,4}", value))),
        ("blanks", " ".join(re.findall(".{1,4}", value))),
        ("without zeros in front", value.lstrip("0")),
        ("other digits", "".join(chr(0x660 + int(one)) if "0" <= one <= "9" else one for one in value)),
        ("letters alone", "abcdefghijkl"),
    )
    return choosing.wrong(spec, round_robin(for_text(value), (*broken, *text.broken_candidates(spec, value))))


def forms(sent: Json, got: Json) -> bool:
    """Whether `got` is `sent` trimmed: a changed digit or a lost zero is not another form."""
    return isinstance(sent, str) and is_normalised(sent, got)


def smaller(spec: Spec, value: Json) -> Iterator[Json]:
    """Yield the plainest digits, fewer digits, and digits with more zeros."""
    return choosing.smaller(
        spec,
        value,
        _simpler(spec, value),
        lambda digits: (digits != plain(spec), len(digits), sum(one != "0" for one in digits)),
    )


def _simpler(spec: Spec, digits: str) -> Iterator[str]:
    yield plain(spec)
    half = len(digits) // 2
    yield from (digits[:half], digits[half:], digits[1:], digits[:-1])
    yield f"{digits[:half]}{'0' * (len(digits) - half)}"
    yield f"{'0' * half}{digits[half:]}"
    yield from (f"{digits[:place]}0{digits[place + 1 :]}" for place in range(min(len(digits), 40)))
