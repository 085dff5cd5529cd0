"""Servers that store a different name or description from the one that was sent."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from urllib.parse import unquote_plus

from ed_contract.reference import Destination, Document, Json, Params, Problem, Reference
from ed_contract.zoo.altering import at, making_every, rendering, storing, texts
from ed_contract.zoo.bases import Stays
from ed_contract.zoo.keeping import keeping
from ed_contract.zoo.predicates import EVENTBRIDGE, FROM_SELF, every_one, given, missing
from ed_contract.zoo.specimen import Mutant, mutant, mutants_in, mutants_of

_ACCENTS = {"Mn"}
_FORMATTING = {"Cf"}


def _cut(length: int) -> Callable[[str], str]:
    return lambda text: text[:length]


def _cut_bytes(length: int) -> Callable[[str], str]:
    return lambda text: text.encode(errors="surrogatepass")[:length].decode(errors="ignore")


def _mojibake(text: str) -> str:
    return text.encode(errors="surrogatepass").decode("latin-1")


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(one for one in decomposed if unicodedata.category(one) not in _ACCENTS)


def _unformatted(text: str) -> str:
    return "".join(one for one in text if unicodedata.category(one) not in _FORMATTING)


def _basic_plane(text: str) -> str:
    return "".join(one for one in text if one <= "\uffff")


def _until_astral(text: str) -> str:
    return re.split("[\U00010000-\U0010ffff]", text, maxsplit=1)[0]


def _number(text: str) -> object:
    return int(text) if text.isascii() and text.isdigit() else text


def _escaped_quotes(text: str) -> str:
    return re.sub(r"(['\"\\])", r"\\\1", text)


NAMES = keeping(
    "name",
    (
        ("lower-cased", "Stores names in lower case.", str.lower),
        ("title-cased", "Capitalises each word of a name.", str.title),
        ("html-escaped", "Stores names HTML-escaped.", html.escape),
        ("quotes-escaped", "Stores names with a backslash before each quote.", _escaped_quotes),
        (
            "ascii-only",
            "Replaces each non-ASCII character of a name with a question mark.",
            lambda text: text.encode("ascii", "replace").decode(),
        ),
        ("without-accents", "Drops the accents from names.", _plain),
        ("mojibake", "Decodes the UTF-8 of names as Latin-1.", _mojibake),
        ("without-emoji", "Drops characters outside the Basic Multilingual Plane from names.", _basic_plane),
        ("cut-at-emoji", "Truncates names at the first character outside the Basic Multilingual Plane.", _until_astral),
        ("cut-at-64", "Truncates names to 64 characters.", _cut(64)),
        ("cut-at-100", "Truncates names to 100 characters.", _cut(100)),
        ("cut-at-255", "Truncates names to 255 characters.", _cut(255)),
        ("cut-at-50-bytes", "Truncates names to 50 bytes.", _cut_bytes(50)),
        ("percent-decoded", "Decodes percent escapes in names.", unquote_plus),
        ("blanks-folded", "Collapses runs of spaces in names.", lambda text: re.sub("  +", " ", text)),
        ("slugged", "Replaces spaces in names with hyphens.", lambda text: text.replace(" ", "-")),
        ("number-coerced", "Stores names that consist of digits as numbers.", _number, "response/name/type"),
        ("compatibility-forms", "Normalises names to NFKC.", lambda text: unicodedata.normalize("NFKC", text)),
        (
            "without-direction-marks",
            "Drops format characters, such as joiners and direction marks, from names.",
            _unformatted,
        ),
        ("without-markup", "Strips HTML tags from names.", lambda text: re.sub("<[^>]*>", "", text)),
    ),
)

NO_BREAKS = mutants_of(
    "echo/description",
    (
        (
            "description-no-break-spaces",
            "Replaces no-break spaces in descriptions with spaces.",
            storing("description", texts(lambda text: text.replace("\u00a0", " "))),
        ),
        (
            "description-without-controls",
            "Drops the control character ESC from descriptions.",
            storing("description", texts(lambda text: text.replace("\u001b", ""))),
        ),
    ),
)

DESCRIPTIONS = keeping(
    "description",
    (
        ("lost", "Discards descriptions.", lambda _: None),
        ("html-escaped", "Stores descriptions HTML-escaped.", html.escape),
        ("html-unescaped", "Decodes HTML entities in descriptions.", html.unescape),
        ("mojibake", "Decodes the UTF-8 of descriptions as Latin-1.", _mojibake),
        ("cut-at-20", "Truncates descriptions to 20 characters.", _cut(20)),
        ("cut-at-255", "Truncates descriptions to 255 characters.", _cut(255)),
        ("cut-at-500", "Truncates descriptions to 500 characters.", _cut(500)),
        ("cut-at-1000", "Truncates descriptions to 1,000 characters.", _cut(1000)),
        (
            "first-sentence",
            "Keeps only the first sentence of a description.",
            lambda text: re.split(r"[.,!?]\s", text)[0],
        ),
        ("without-full-stop", "Drops the full stop at the end of a description.", lambda text: text.rstrip(".")),
        ("without-percent", "Drops percent signs from descriptions.", lambda text: text.replace("%", "")),
        (
            "newlines-escaped",
            "Replaces newlines in descriptions with a backslash and an n.",
            lambda text: text.replace("\n", "\\n"),
        ),
        (
            "upper-cased-first",
            "Lower-cases the first letter of descriptions.",
            lambda text: text[:1].lower() + text[1:],
        ),
        (
            "escapes-shown",
            "Replaces non-ASCII characters in descriptions with backslash escapes.",
            lambda text: text.encode("ascii", "backslashreplace").decode(),
        ),
    ),
)

UNUSUAL = (
    *keeping(
        "name",
        (
            ("hex-decoded", "Replaces %41 in names with A.", lambda text: text.replace("%41", "A")),
            ("filled", "Drops placeholders in double braces from names.", lambda text: re.sub("{{.*?}}", "", text)),
        ),
        also=("response/name/type",),
    ),
    *keeping(
        "description",
        (
            ("cut-at-a-hash", "Truncates descriptions at the first hash sign.", lambda text: text.partition("#")[0]),
            ("without-zero", "Treats the description `0` as missing.", lambda text: None if text == "0" else text),
            (
                "without-null",
                "Treats the description `null` as missing.",
                lambda text: None if text == "null" else text,
            ),
            (
                "unescaped",
                "Turns a backslash and an n in descriptions into a newline.",
                lambda text: text.replace("\\n", "\n"),
            ),
            ("tabs-expanded", "Expands tabs in descriptions to spaces.", str.expandtabs),
            ("without-joiners", "Drops zero-width joiners from descriptions.", lambda text: text.replace("\u200d", "")),
        ),
        also=("response/description/type",),
    ),
)

_NEWLINES = re.compile(r"\s*[\r\n]+\s*")

_NORMALISED: tuple[tuple[str, str, str, Callable[[str], object]], ...] = (
    ("name", "trimmed", "Trims whitespace from names.", str.strip),
    ("name", "composed", "Normalises names to NFC.", lambda text: unicodedata.normalize("NFC", text)),
    ("description", "trimmed", "Trims whitespace from descriptions.", str.strip),
    (
        "description",
        "on-one-line",
        "Replaces newlines in descriptions with spaces.",
        lambda text: _NEWLINES.sub(" ", text),
    ),
)

NORMALISED = mutants_of(
    "echo/normalised",
    ((f"{place}-{name}", sentence, storing(place, texts(change))) for place, name, sentence, change in _NORMALISED),
)


def answering(place: str, value: Callable[[Document], Json]) -> type[Reference]:
    """Return the server that returns another value at a place."""
    return rendering(lambda document: document.update({place: value(document)}))


_SWAPPED: tuple[tuple[str, str, str, Callable[[Document], Json]], ...] = (
    (
        "name-is-the-description",
        "name",
        "Returns the description, if there is one, as the name.",
        lambda document: document["description"] or document["name"],
    ),
    (
        "description-is-the-name",
        "description",
        "Returns the name as the description.",
        lambda document: document["name"],
    ),
)

SWAPPED = tuple(
    Mutant(name=name, breaks=f"echo/{place}", sentence=sentence, make=answering(place, value))
    for name, place, sentence, value in _SWAPPED
)


@mutant(breaks="echo/description", also=("response/id/unique", "idempotency/account-scoped"))
class OneIdAndNoDescription(Reference):
    """Gives all destinations the same id and discards the description of EventBridge destinations."""

    def render_id(self, destination: Destination) -> Json:
        return "ed_test_1"

    def render(self, destination: Destination, include: Collection[str]) -> Document:
        document = super().render(destination, include)
        return document if destination.type == "webhook_endpoint" else {**document, "description": None}


class LongNames(Reference):
    """Accepts names of any length."""

    def discretion(self, place: str, value: Json) -> Iterator[Problem]:
        return iter(()) if place == "name" else super().discretion(place, value)

    def make(self, account: str, params: Params) -> Destination:
        return super().make(account, {**params, "name": self.column(params["name"])})

    def column(self, name: str) -> str:
        """Return a name as the column stores it."""
        raise NotImplementedError


@mutant(breaks="echo/name")
class NameCutAt65535(LongNames):
    """Accepts names of any length but truncates them to 65,535 characters."""

    def column(self, name: str) -> str:
        return name[:65_535]


@mutant(breaks="echo/name")
class LongNameIsLost(LongNames):
    """Accepts names of any length but replaces those over 65,536 characters with a note."""

    def column(self, name: str) -> str:
        return name if len(name) <= 65_536 else "(too long)"


@mutant(breaks="echo/description")
class DescriptionStays(Stays):
    """Gives a destination without a description the last description that was sent."""

    place = "description"


@mutant(breaks="echo/name")
class NameOfTheFirst(Reference):
    """Gives each destination the name of the first one with the same URL."""

    def set_up(self) -> None:
        self._names: dict[str, str] = {}

    def make(self, account: str, params: Params) -> Destination:
        destination = super().make(account, params)
        return replace(destination, name=self._names.setdefault(str(destination.url), destination.name))


@mutant(breaks="echo/description")
class DescriptionOfTheLast(Reference):
    """Returns the description of the previous create."""

    def set_up(self) -> None:
        self._last: str | None = None

    def make(self, account: str, params: Params) -> Destination:
        destination = super().make(account, params)
        shown, self._last = self._last, at("description", params)
        return replace(destination, description=shown)


SOMETIMES = tuple(
    Mutant(name=name, breaks=breaks, sentence=sentence, make=make)
    for name, breaks, sentence, make in (
        (
            "eventbridge-snapshot-versioned-described-cut",
            "echo/description",
            "Truncates descriptions of EventBridge destinations with a snapshot version and metadata.",
            storing(
                "description",
                texts(lambda text: text[:8]),
                every_one(EVENTBRIDGE, given("snapshot_api_version"), given("metadata")),
            ),
        ),
        (
            "eventbridge-versioned-self-plain-name",
            "echo/name",
            "Upper-cases names of EventBridge destinations with a version, no description and events from `self`.",
            storing(
                "name",
                texts(str.upper),
                every_one(EVENTBRIDGE, given("snapshot_api_version"), FROM_SELF, missing("description")),
            ),
        ),
        (
            "every-40th-name-cut",
            "echo/name",
            "Drops the last letter of every 40th name.",
            making_every(40, lambda made: replace(made, name=made.name[:-1])),
        ),
        (
            "every-100th-name-lost",
            "echo/name",
            "Stores an empty name for every 100th destination.",
            making_every(100, lambda made: replace(made, name="")),
        ),
    )
)

MUTANTS = (*NAMES, *NO_BREAKS, *DESCRIPTIONS, *NORMALISED, *mutants_in(globals()), *SWAPPED, *SOMETIMES, *UNUSUAL)
