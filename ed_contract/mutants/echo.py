"""Servers that keep another text than was sent: names, descriptions, URLs, account ids, versions."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import quote, unquote, unquote_plus, urlsplit, urlunsplit

from ed_contract.mutants.seams import storing, texts
from ed_contract.mutants.words import Mutant, mutant, mutants_in, slug
from ed_contract.reference import Destination, Json, Params, Problem, Reference

TextChange = Callable[[str], object]

_ACCENTS = {"Mn"}
_FORMATTING = {"Cf"}


def _cut(length: int) -> TextChange:
    return lambda text: text[:length]


def _cut_bytes(length: int) -> TextChange:
    return lambda text: text.encode(errors="surrogatepass")[:length].decode(errors="ignore")


def _mojibake(text: str) -> str:
    return text.encode(errors="surrogatepass").decode("latin-1")


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()


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


_NAMES: tuple[tuple[str, str, TextChange], ...] = (
    ("lower-cased", "Keeps names in lower case.", str.lower),
    ("title-cased", "Capitalises each word of a name.", str.title),
    ("html-escaped", "Keeps names escaped for HTML.", html.escape),
    ("quotes-escaped", "Keeps names with a backslash before each quote.", _escaped_quotes),
    ("ascii-only", "Keeps a question mark for each letter of a name that is no ASCII.", _ascii),
    ("without-accents", "Keeps names without their accents.", _plain),
    ("mojibake", "Reads the UTF-8 of names as Latin-1.", _mojibake),
    ("without-emoji", "Drops from names what lies outside the Basic Multilingual Plane.", _basic_plane),
    ("cut-at-emoji", "Cuts names at the first character outside the Basic Multilingual Plane.", _until_astral),
    ("cut-at-64", "Cuts names after 64 characters.", _cut(64)),
    ("cut-at-100", "Cuts names after 100 characters.", _cut(100)),
    ("cut-at-255", "Cuts names after 255 characters.", _cut(255)),
    ("cut-at-50-bytes", "Cuts names after 50 bytes.", _cut_bytes(50)),
    ("percent-decoded", "Decodes percent signs in names.", unquote_plus),
    ("blanks-folded", "Keeps one blank for several in a row in names.", lambda text: re.sub("  +", " ", text)),
    ("slugged", "Keeps names with hyphens for blanks.", lambda text: text.replace(" ", "-")),
    ("number-coerced", "Keeps names of digits as numbers.", _number),
    ("compatibility-forms", "Normalises names to NFKC.", lambda text: unicodedata.normalize("NFKC", text)),
    (
        "without-direction-marks",
        "Drops format characters, such as joiners and direction marks, from names.",
        _unformatted,
    ),
    ("without-markup", "Drops what looks like HTML from names.", lambda text: re.sub("<[^>]*>", "", text)),
)

_DESCRIPTIONS: tuple[tuple[str, str, TextChange], ...] = (
    ("lost", "Forgets descriptions.", lambda _: None),
    ("html-escaped", "Keeps descriptions escaped for HTML.", html.escape),
    ("html-unescaped", "Keeps descriptions with HTML's entities resolved.", html.unescape),
    ("mojibake", "Reads the UTF-8 of descriptions as Latin-1.", _mojibake),
    ("cut-at-20", "Cuts descriptions after 20 characters.", _cut(20)),
    ("cut-at-255", "Cuts descriptions after 255 characters.", _cut(255)),
    ("cut-at-500", "Cuts descriptions after 500 characters.", _cut(500)),
    ("cut-at-1000", "Cuts descriptions after 1,000 characters.", _cut(1000)),
    ("first-sentence", "Keeps the first sentence of a description.", lambda text: re.split(r"[.,!?]\s", text)[0]),
    ("without-full-stop", "Drops the full stop at the end of a description.", lambda text: text.rstrip(".")),
    ("without-percent", "Reads percent signs in descriptions as formatting.", lambda text: text.replace("%", "")),
    (
        "newlines-escaped",
        "Keeps newlines in descriptions as a backslash and an n.",
        lambda text: text.replace("\n", "\\n"),
    ),
    ("upper-cased-first", "Lets descriptions begin with a small letter.", lambda text: text[:1].lower() + text[1:]),
    (
        "escapes-shown",
        "Keeps letters outside ASCII in descriptions as escapes.",
        lambda text: text.encode("ascii", "backslashreplace").decode(),
    ),
)

_ACCOUNTS: tuple[tuple[str, str, TextChange], ...] = (
    ("without-leading-zeros", "Drops leading zeros from AWS account ids.", lambda text: text.lstrip("0")),
    ("masked", "Shows the last four digits of AWS account ids alone.", lambda text: f"********{text[-4:]}"),
    ("hyphenated", "Writes AWS account ids in groups of four.", lambda text: "-".join(re.findall("....", text))),
    ("constant", "Answers its own AWS account id.", lambda _: "123123123123"),
    ("as-float", "Keeps AWS account ids as floating-point numbers of six digits.", lambda text: f"{float(text):.5e}"),
    ("with-region", "Adds the partition to AWS account ids.", lambda text: f"aws:{text}"),
)


def _without(part: str) -> TextChange:
    def change(text: str) -> str:
        return urlunsplit(urlsplit(text)._replace(**{part: ""}))

    return change


def _without_port(text: str) -> str:
    parts = urlsplit(text)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2].partition(":")[0]))


_URLS: tuple[tuple[str, str, TextChange], ...] = (
    ("lower-cased", "Keeps URLs in lower case.", str.lower),
    ("with-slash", "Ends URLs with a slash.", lambda text: f"{text.rstrip('/')}/"),
    ("without-path", "Keeps the origin of a URL.", lambda text: "/".join(text.split("/")[:3])),
    ("without-query", "Drops the query of a URL.", _without("query")),
    ("without-fragment", "Drops the fragment of a URL.", _without("fragment")),
    ("without-port", "Drops the port of a URL.", _without_port),
    ("without-scheme", "Drops the scheme of a URL.", lambda text: text.partition("://")[2] or text),
    ("http", "Keeps http for https in URLs.", lambda text: text.replace("https://", "http://", 1)),
    ("percent-decoded", "Decodes percent signs in URLs.", unquote),
    ("percent-encoded", "Encodes URLs as if they were a parameter.", lambda text: quote(text, safe="")),
    ("ampersands-escaped", "Keeps ampersands in URLs escaped for HTML.", lambda text: text.replace("&", "&amp;")),
    ("lost", "Answers an empty URL where it is asked for.", lambda _: ""),
    (
        "of-the-example",
        "Answers the URL of the documentation's example for each.",
        lambda _: "https://example.com/webhook",
    ),
    ("with-www", "Adds www to the host of a URL.", lambda text: text.replace("://", "://www.", 1)),
)

_VERSIONS: tuple[tuple[str, str, TextChange], ...] = (
    ("lost", "Forgets snapshot_api_version.", lambda _: None),
    ("latest", "Answers the latest version whichever was sent.", lambda _: "2099-12-31.latest"),
    ("date-only", "Keeps the date of a version alone.", lambda text: text.partition(".")[0]),
    ("with-time", "Keeps versions as points in time.", lambda text: f"{text[:10]}T00:00:00Z"),
    ("month-only", "Keeps the year and the month of a version.", lambda text: text[:7]),
)

_TABLES = (
    ("name", _NAMES),
    ("description", _DESCRIPTIONS),
    ("amazon_eventbridge.aws_account_id", _ACCOUNTS),
    ("webhook_endpoint.url", _URLS),
    ("snapshot_api_version", _VERSIONS),
)

_ALSO = {
    "name-number-coerced": ("response/name/type",),
    "webhook-endpoint-url-lost": ("include/webhook_endpoint.url",),
}

# On some unusual values a damage cannot be told from tidying: a cut may be a trimmed blank.
TEXTS = tuple(
    Mutant(
        name=f"{slug(place)}-{name}",
        breaks=f"echo/{place}",
        sentence=sentence,
        make=storing(place, texts(change)),
        also=("echo/normalised", *_ALSO.get(f"{slug(place)}-{name}", ())),
    )
    for place, table in _TABLES
    for name, sentence, change in table
)

_NEWLINES = re.compile(r"\s*[\r\n]+\s*")

_NORMALISED: tuple[tuple[str, str, str, TextChange], ...] = (
    ("name", "trimmed", "Trims names.", str.strip),
    ("name", "composed", "Normalises names to NFC.", lambda text: unicodedata.normalize("NFC", text)),
    ("description", "trimmed", "Trims descriptions.", str.strip),
    ("description", "on-one-line", "Puts descriptions on one line.", lambda text: _NEWLINES.sub(" ", text)),
)

NORMALISED = tuple(
    Mutant(
        name=f"{slug(place)}-{name}",
        breaks="echo/normalised",
        sentence=sentence,
        make=storing(place, texts(change)),
    )
    for place, name, sentence, change in _NORMALISED
)


class LongNames(Reference):
    """Takes names of any length."""

    def discretion(self, place: str, value: Json) -> Iterator[Problem]:
        return iter(()) if place == "name" else super().discretion(place, value)

    def make(self, account: str, params: Params) -> Destination:
        return super().make(account, {**params, "name": self.column(params["name"])})

    def column(self, name: str) -> str:
        """Return what the column holds of a name."""
        raise NotImplementedError


@mutant(breaks="echo/name")
class NameCutAt65535(LongNames):
    """Takes names of any length, and cuts them after 65,535 characters."""

    def column(self, name: str) -> str:
        return name[:65_535]


@mutant(breaks="echo/name")
class LongNameIsLost(LongNames):
    """Takes names of any length, and keeps a remark in place of one that is longer than 64 KiB."""

    def column(self, name: str) -> str:
        return name if len(name) <= 65_536 else "(too long)"  # noqa: PLR2004 - 64 KiB


MUTANTS = (*TEXTS, *NORMALISED, *mutants_in(globals()))
