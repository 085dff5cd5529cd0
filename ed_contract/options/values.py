"""What the values of options look like, and how one is read: from text, from a settings file, or from Python.

A reader takes whatever a user gave and returns what the program works with, or raises ValueError. Knows no option and
no door.
"""

from __future__ import annotations

import math
import random
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any, TypeAlias

from ed_contract.options import expressions
from ed_contract.options.other_names import OF_PHASES, OF_REPORTS
from ed_contract.phases import PHASES, phase_named
from ed_contract.shard import Shard

Reader: TypeAlias = Callable[[object], Any]

MOST_SEEDS = 2**32
MOST_WORKERS = 64
AUTO_WORKERS = 8  # against 20 ms of latency they are six times as fast as one
_UNITS = MappingProxyType({"s": 1, "m": 60, "h": 3600})
_TRUTHS = MappingProxyType({"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False})
_PLACE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(\(\))?")

REPORTS: Mapping[str, str] = MappingProxyType(
    {
        "json": "report.json",
        "html": "report.html",
        "junit": "junit.xml",
        "sarif": "report.sarif",
        "ctrf": "ctrf.json",
        "github": "-",
        "badge": "badge.json",
    },
)
"""The formats of reports, each with the path that is suggested for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What the values of an option look like, to whoever writes one and to whoever reads it."""

    metavar: str  # "" for a flag, which needs no value
    expected: str  # completes "expected …"
    read: Reader
    noun: str = "text"  # what it is in a settings file
    words: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict, hash=False
    )  # of which it is made, each with other names


def _text_of(given: object) -> str:
    if not isinstance(given, str):
        raise ValueError(given)  # noqa: TRY004 - readers raise one kind of error
    return given


def text(metavar: str, *, example: str) -> Value:
    """Return the value that is any text."""
    return Value(metavar=metavar, expected=f"text, e.g. {example}", read=_text_of)


def _truth(given: object) -> bool:
    return given if isinstance(given, bool) else _TRUTHS[_text_of(given).strip().lower()]


def _path_of(given: object) -> str:
    return str(given) if isinstance(given, PurePath) else _text_of(given)


PATH = Value(metavar="FILE", expected="the path of a file, e.g. openapi.yaml", read=_path_of)
SOURCE = Value(metavar="PATH", expected="the path of a file, e.g. src/shop/app.py", read=_path_of)

FLAG = Value(metavar="", expected="true or false", read=_truth, noun="`true` or `false`")


def whole(least: int, most: float = math.inf, *, metavar: str = "N") -> Value:
    """Return the value that is a whole number in a range."""

    def read(given: object) -> int:
        number = given if isinstance(given, int) and not isinstance(given, bool) else int(_text_of(given))
        return int(_within(number, least, most))

    span = f"of at least {least}" if most == math.inf else f"from {least} to {most:g}"
    return Value(metavar=metavar, expected=f"a whole number {span}", read=read, noun="number")


def seconds(most: float, *, zero: bool = False) -> Value:
    """Return the value that is a time in seconds."""

    def read(given: object) -> float:
        is_number = isinstance(given, int | float) and not isinstance(given, bool)
        number = float(given) if is_number else float(_text_of(given))  # type: ignore[arg-type]
        if number == 0 and not zero:
            raise ValueError(given)
        return float(_within(number, 0, most))

    least = "from 0 to" if zero else "above 0, up to"
    return Value(metavar="SECONDS", expected=f"seconds {least} {most:g}", read=read, noun="number")


def _within(number: float, least: float, most: float) -> float:
    if not least <= number <= most:  # what is not a number is in no range
        raise ValueError(number)
    return number


def _seed(given: object) -> int:
    if given == "random":
        return random.SystemRandom().randrange(MOST_SEEDS)
    return given if isinstance(given, int) and not isinstance(given, bool) else int(_text_of(given))


def _shard(given: object) -> Shard:
    return given if isinstance(given, Shard) else Shard.of_text(_text_of(given))


SHARD = Value(metavar="I/N", expected="a part of a run, e.g. 2/4", read=_shard)

SEED = Value(
    metavar="N|random", expected="a whole number, or the word random", read=_seed, noun='number, or `"random"`'
)


def rate_of(given: object) -> float:
    """Return a rate in requests a second; as text it is 20/s, 600/m or 5000/h."""
    if isinstance(given, int | float) and not isinstance(given, bool):
        return _positive(float(given))
    number, slash, unit = _text_of(given).partition("/")
    if not slash:
        raise ValueError(given)
    return _positive(float(number) / _UNITS[unit])


def _positive(number: float) -> float:
    if not 0 < number < math.inf:
        raise ValueError(number)
    return number


RATE = Value(metavar="N/s", expected="N/s, N/m or N/h, e.g. 20/s", read=rate_of)


def _workers(given: object) -> int:
    return AUTO_WORKERS if given == "auto" else int(whole(1, MOST_WORKERS).read(given))


WORKERS = Value(
    metavar="N|auto",
    expected=f"a whole number from 1 to {MOST_WORKERS}, or the word auto",
    read=_workers,
    noun='number, or `"auto"`',
)


def _trust(given: object) -> bool | str:
    if isinstance(given, bool):
        return given
    said = _text_of(given)
    word = _TRUTHS.get(said.strip().lower())
    if word is None and not Path(said).exists():
        raise ValueError(given)
    return said if word is None else word


TRUST = Value(
    metavar="yes|no|PATH",
    expected="yes, no, or the path of certificates: a file or a folder that exists",
    read=_trust,
    noun="`true`, `false`, or a path",
)


def _record(given: object) -> str:
    if given == "-":  # stdout is the report's
        raise ValueError(given)
    return "" if given is False else _text_of(given)


RECORD = Value(
    metavar="FILE", expected="the path of a file, e.g. run.ndjson", read=_record, noun="text, or `false` for none"
)


def _header(given: object) -> tuple[str, str]:
    if isinstance(given, Sequence) and not isinstance(given, str):
        name, content = map(_text_of, given)
        return name, content
    name, colon, content = _text_of(given).partition(":")
    if not colon:
        raise ValueError(given)
    return name.strip(), content.strip()


HEADER = Value(metavar="NAME:VALUE", expected="NAME:VALUE, e.g. X-Tenant:acme", read=_header)


def _application(given: object) -> str:
    if not _PLACE.fullmatch(_text_of(given).strip()):
        raise ValueError(given)
    return _text_of(given).strip()


APPLICATION = Value(metavar="MODULE:ATTR", expected="MODULE:ATTR, e.g. shop.main:app", read=_application)


def _phases(given: object) -> tuple[str, ...]:
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, Sequence):
        raise ValueError(given)  # noqa: TRY004 - readers raise one kind of error
    names = tuple(name.strip() for one in listed for name in _text_of(one).split(",") if name.strip())
    present = tuple(map(phase_named, names))
    if not names or not set(present) <= set(PHASES):
        raise ValueError(given)
    for old, name in zip(names, present, strict=True):
        if old != name:
            warnings.warn(f"the phase {old} is now called {name}", FutureWarning, stacklevel=2)
    return present


PHASE_NAMES = Value(
    metavar="NAME,…",
    expected=f"one or more of {', '.join(PHASES)}",
    read=_phases,
    noun="text, or list of texts",
    words=OF_PHASES,
)


_KEYS_TRIED = 4096  # no two of which may be the same: a run has as many
_VISIBLE_KEY = re.compile("[!-~]{1,219}")  # with a UUID behind a prefix, 255 characters


def _key_format(given: object) -> str:
    said = _text_of(given)
    form, _, rest = said.partition(":")
    if form not in {"uuid", "prefix", "regex"} or (form == "uuid") is not (said == "uuid"):
        raise ValueError(given)
    keys = _keys_of(rest) if form == "regex" else {rest}
    if form != "uuid" and not all(_VISIBLE_KEY.fullmatch(key) for key in keys):
        raise ValueError(given)
    return said


def _keys_of(expression: str) -> set[str]:
    """Return keys that an expression matches; raise ValueError if there are too few for a run."""
    digits = (sha256(str(number).encode()).hexdigest() for number in range(_KEYS_TRIED))
    keys = {expressions.spread(expression, one) for one in digits}
    if len(keys) < _KEYS_TRIED:
        raise ValueError(expression)
    return keys


KEY_FORMAT = Value(
    metavar="uuid|prefix:TEXT|regex:RE",
    expected=(
        "uuid, prefix:TEXT or regex:RE, e.g. prefix:key_ or 'regex:[a-z0-9]{20,40}'\n"
        "keys are visible ASCII, at most 255 characters, and a regex must match thousands of them"
    ),
    read=_key_format,
)


def _report(given: object) -> tuple[str, str]:
    if isinstance(given, Sequence) and not isinstance(given, str):
        form, path = map(_text_of, given)
    else:
        form, _, path = _text_of(given).partition("=")
    if form not in REPORTS or not path:
        raise ValueError(given)
    return form, path


REPORT = Value(
    metavar="FORMAT=PATH",
    expected=f"FORMAT=PATH, with FORMAT one of {', '.join(REPORTS)}",
    read=_report,
    words=OF_REPORTS,
)
