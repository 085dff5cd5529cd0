"""The kind `number`: integers and fractions, and what bounds, stores and languages do to them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

from ed_contract.kinds import choosing
from ed_contract.kinds.choosing import Candidate
from ed_contract.kinds.forms import is_same
from ed_contract.kinds.other_types import for_number
from ed_contract.kinds.spec import Json, NoValueError, Spec, Value, Wrong
from ed_contract.kinds.validity import fits

_WHOLE = (1, 1042, 27, 390, 100, 8, 5, 2, 10, 3, 12, 99, 1999, 4711)
_EXACT = 2**53  # every integer below it is exact as a double
_OTHERS = (12.34, 0.5, 19.99, 3.25, 0.01, 1042.5)


def plain(spec: Spec) -> Json:
    """Return the plainest valid number."""
    return usual(spec)[0]


@lru_cache(maxsize=1024)
def usual(spec: Spec) -> tuple[Json, ...]:
    """Return short numbers within the bounds, those of the document first.

    Raises:
        NoValueError: no number was found that satisfies the schemas.
    """
    stated = {**spec.schema, **spec.realistic}
    listed = (*spec.values, *stated.get("enum", ()), *((stated["const"],) if "const" in stated else ()))
    numbers = _WHOLE if is_whole(spec) else (*_WHOLE[:1], *_OTHERS, *_WHOLE[1:])
    found = tuple(choosing.usual(spec, (*listed, *numbers, *_within(spec))))
    found = found or tuple(one for one in (*listed, *numbers, *_within(spec)) if fits(spec, one))[:1]
    if not found:
        raise NoValueError(f"no number was found that satisfies {dict(spec.schema)} and {dict(spec.realistic)}")
    return found


def is_whole(spec: Spec) -> bool:
    """Whether the document allows only integers."""
    stated = spec.schema.get("type", "number")
    return "integer" in stated and "number" not in ([stated] if isinstance(stated, str) else stated)


def _step(spec: Spec) -> Json:
    """Return the smallest difference between two numbers."""
    steps = [one["multipleOf"] for one in (spec.schema, spec.realistic) if one.get("multipleOf")]
    return max(steps, default=1 if is_whole(spec) else 0.01)


def _bounds(spec: Spec) -> Iterator[tuple[str, Json]]:
    """Yield the bounds of both schemas with their keywords, the narrower schema first."""
    for schema in (spec.realistic, spec.schema):
        for keyword in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"):
            bound = schema.get(keyword)
            if type(bound) in {int, float}:
                yield keyword, bound


def _within(spec: Spec) -> Iterator[Json]:
    """Yield numbers near the bounds, on the valid side, and multiples of the step."""
    step = _step(spec)
    for keyword, bound in _bounds(spec):
        inward = step if keyword.endswith("inimum") else -step
        start = math.ceil(bound / step) * step if inward == step else math.floor(bound / step) * step
        yield from (_tidy(start + times * inward) for times in (0, 1, 2, 10, 41))
        yield bound
    yield from (_tidy(times * step) for times in (1, 2, 10, 41))


def _tidy(number: Json) -> Json:
    """Return a number without binary rounding errors, and a whole one as an integer."""
    rounded = round(number, 10)
    return int(rounded) if isinstance(rounded, int) or (rounded.is_integer() and abs(rounded) < _EXACT) else rounded


def unusual(spec: Spec) -> Iterator[Value]:
    """Yield numbers at the bounds, at the limits of stores and languages, and in other notations."""
    return choosing.unusual(spec, _unusual(spec))


_LIMITS = (
    ("2^31 - 1", 2**31 - 1),
    ("2^53 + 1", 2**53 + 1),
    ("2^63 - 1", 2**63 - 1),
    ("2^31", 2**31),
    ("2^63", 2**63),
    ("2^15", 2**15),
    ("2^16", 2**16),
    ("2^32", 2**32),
    ("2^53", 2**53),
    ("2^64", 2**64),
    ("2^64 + 1", 2**64 + 1),
    ("below -2^31", -(2**31) - 1),
    ("below -2^63", -(2**63) - 1),
    ("a thousand millions", 10**9),
    ("a number of 19 digits", 1234567890123456789),
    ("a number of 40 digits", int("1234567890" * 4)),
    ("a number of 400 digits", int("1234567890" * 40)),
    ("a number of 4,000 digits", 10**3999),
)
_FLOATS = (
    ("a fraction", 1.5),
    ("a tenth", 0.1),
    ("a sum of tenths", 0.1 + 0.2),
    ("many places behind the point", 1.123456789012345),
    ("three places behind the point", 1.005),
    ("a number near nothing", 1e-7),
    ("the smallest number", 5e-324),
    ("a large number with an exponent", 1e21),
    ("the largest number", 1.7976931348623157e308),
    ("a large number with a fraction", 1234567.891),
    ("a negative fraction", -0.5),
    ("minus zero", -0.0),
)


def _unusual(spec: Spec) -> Iterator[Value]:
    usual_one = plain(spec)
    for keyword, bound in _bounds(spec):
        if not keyword.startswith("exclusive"):
            yield Value(name=f"the {keyword}", value=bound)
    yield Value(name="zero", value=0)
    if float(usual_one).is_integer():
        yield Value(name="a whole number with a point", value=float(usual_one))
    yield Value(name="a negative number", value=-usual_one)
    yield Value(name="minus one", value=-1)
    yield from (Value(name=name, value=number) for name, number in _LIMITS)
    yield from (Value(name=name, value=number) for name, number in _FLOATS)


def near(spec: Spec, value: Json) -> Iterator[Value]:
    """Yield numbers that differ by one step, in one digit, or in sign."""
    return choosing.near(spec, value, _twins(spec, value), forms)


def _twins(spec: Spec, number: Json) -> Iterator[Candidate]:
    step = _step(spec)
    yield "one more", _sum(number, step)
    yield "one fewer", _sum(number, -step)
    if isinstance(number, int):
        digits = str(abs(number))
        sign = -1 if number < 0 else 1
        yield "another first digit", sign * int(str(9 - int(digits[0]) or 1) + digits[1:])
        yield "two digits swapped", sign * int(digits[:-2] + digits[-2:][::-1])
        yield "a tenth", number // 10
    else:
        yield "without its fraction", math.trunc(number)
        yield "one more before the point", number + 1
        yield "the next that can be told apart", math.nextafter(number, math.inf)
    if isinstance(number, int) or math.isfinite(number * 10):
        yield "ten times", number * 10
    yield "the sign changed", -number
    yield "another", next((one for one in usual(spec) if one != number), number)


def _sum(number: Json, step: Json) -> Json:
    """Add without binary rounding errors; a number too large for a double has no fraction."""
    if isinstance(number, int) and (isinstance(step, int) or abs(number) > _EXACT):
        return number + (int(step) or int(math.copysign(1, step)))
    return _tidy(number + step)


def wrong(spec: Spec, value: Json) -> Iterator[Wrong]:
    """Yield values that are not numbers, fractions where integers belong, and numbers beyond the documented bounds."""
    value = choosing.sample(spec, value)
    return choosing.wrong(spec, choosing.round_robin(for_number(value), _broken(spec, value)))


def _broken(spec: Spec, number: Json) -> Iterator[Candidate]:
    step = _step(spec)
    yield "fraction", _sum(number, 0.5)
    for keyword in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"):
        bound = spec.schema.get(keyword)
        if type(bound) not in {int, float}:
            continue
        outward = -step if keyword.endswith("inimum") else step
        yield f"the {keyword} and no more", bound
        yield f"one beyond the {keyword}", _sum(bound, outward)
        yield from _beyond_words(keyword)
        yield f"far beyond the {keyword}", _sum(bound, outward * 1000)
    if "multipleOf" in spec.schema:
        yield "half a step more", _sum(number, spec.schema["multipleOf"] / 2)
        yield "one more", number + 1
    if spec.schema.keys() & {"enum", "const"}:
        yield "unrelated", 987_654_321


def _beyond_words(keyword: str) -> Iterator[Candidate]:
    """Yield numbers that are beyond a bound and beyond the limits of some stores and languages."""
    above = keyword.endswith("aximum")
    for bits in (31, 63):
        yield (f"2^{bits}", 2**bits) if above else (f"below -2^{bits}", -(2**bits) - 1)
    forty = int("1234567890" * 4)
    yield ("a number of 40 digits", forty) if above else ("a negative number of 40 digits", -forty)


def forms(sent: Json, got: Json) -> bool:
    """Whether `got` is the same number, with or without a decimal point."""
    return _is_number(sent) and _is_number(got) and bool(sent == got)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def smaller(spec: Spec, value: Json) -> Iterator[Json]:
    """Yield the plainest number, and numbers nearer to zero or with fewer digits."""
    return choosing.smaller(spec, value, _simpler(spec, value), lambda number: _weight(spec, number))


def _weight(spec: Spec, number: Json) -> tuple[bool, bool, int, int]:
    """Return a weight that falls with each step: negative numbers and fractions weigh more, then size decides."""
    whole = abs(math.trunc(number))
    fraction = 0 if isinstance(number, int) else len(repr(number))
    return not is_same(number, plain(spec)), number < 0, fraction, whole


def _simpler(spec: Spec, number: Json) -> Iterator[Json]:
    yield plain(spec)
    yield from usual(spec)[1:3]
    yield abs(number)
    if isinstance(number, float):
        yield from (math.trunc(number), round(number, 1), round(number, 2))
    step = _step(spec)
    if isinstance(number, int):
        yield from (number // 2, number // 10)
        yield from (number - step, number + step) if isinstance(step, int) else ()
