"""Entries that people write into maps, and entries that trip programs up."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.kinds.spec import Json

READABLE: tuple[dict[str, str], ...] = (
    {"team": "billing"},
    # Each of these shows most faults: see the readable texts; keys of both cases, unsorted.
    {
        "Owner": "Jürgen & Søren",
        "order_id": "0047",
        "reviewed": "true",
        "retries": "0",
        "release-1": "1.10",
        "since": "2024-02-29",
        "a_key_of_exactly_forty_characters_long_1": "Ask the billing team first; look at the dashboard then, and only "
        "if it is red, pause everything. Write down why you did it.",
        "next": "a%20b + null",
    },
    {"z_last": "a – First", "A_first": "z & Last", "count": "012", "b": "true"},
    {"team": "Büro's EU desk", "Ticket": "OPS-1204", "cost-center": "004711", "active": "false"},
    {"region": "東京 & Ōsaka", "Env": "Prod", "retries": "0", "archived": "null"},
    {"Contact": "Łukasz + ops@example.com", "since": "2024", "paused": "false", "path": "a/B?c=%20"},
    {"order_id": "6735", "team": "billing"},
    {"owner": "Jürgen Müller", "cost-center": "4711", "env": "prod"},
    {"region": "東京"},
    {"note": "a note of several words, with a comma & an ampersand", "Ticket": "OPS-1204"},
    {"created_by": "terraform", "release": "1.10", "reviewed": "true", "slack": "#billing-alerts"},
    {"country": "México", "contact": "ops+events@example.com"},
    {"a": "0", "b": "2", "c": "3.50", "d": "false", "e": "5", "f": "6", "g": "null", "h": "8"},
    {"url": "https://example.com/runbook?id=7#top", "z": "last", "a": "first"},
    {
        "runbook": "Ask the billing team first; look at the dashboard then, and only if it is red, pause the "
        "destination and write down why, so that the next one on call knows it.",
        "retries": "0",
    },
    {"a_key_of_exactly_forty_characters_long_1": "x", "emoji": "🚚 delivered"},
    {"first": "second", "second": "first"},
)

KEYS = ("team", "order_id", "Owner", "cost-center", "env", "Ticket", "region", "note")
"""Keys for values that are not texts, or that have their own spec."""

ENTRIES: tuple[tuple[str, dict[str, Json]], ...] = (
    (
        "many odd entries",
        {
            "camelCase": "1e3",
            "team.name": " a ",
            "a[b]": "",
            "$ref": "null",
            "0": "2024-02-29",
            "__proto__": "x",
            "a key of more than twenty letters": "a\nb",
        },
    ),
    ("values like other types", {"rate": "1.0", "big": "12345678901234567890", "none": "undefined", "no": "False"}),
    (
        "keys in many styles",
        {"camelCase": "a", "snake_case": "b", "kebab-case": "c", "PascalCase": "d", "$dollar": "e"},
    ),
    ("names of attributes as keys", {"id": "a", "object": "b", "name": "c", "type": "d", "metadata": "e", "url": "f"}),
    ("signs in keys", {"a/b": "a", "c:d": "b", "e%41": "c", "f\U0001f4e6": "d"}),
    ("numbers and booleans as values", {"order": 42, "flag": True}),
    ("an object and an array as values", {"team": {"name": "payments"}, "teams": ["payments"]}),
    ("a key with a dot", {"team.name": "payments"}),
    ("keys like places in a list", {"0": "zero", "1": "one"}),
    ("keys of digits", {"10": "ten", "9": "nine"}),
    ("a key with a blank", {"team name": "payments"}),
    ("a key in capitals beside one that is not", {"Team": "a", "team": "b"}),
    ("a key beyond ASCII", {"\u00e9quipe": "payments"}),
    ("a key with brackets", {"a[b]": "c"}),
    ("the key __proto__", {"__proto__": "x", "constructor": "y"}),
    ("an empty key", {"": "x"}),
    ("an empty value", {"team": ""}),
    ("null as value", {"team": None}),
    ("values swapped between keys", {"a": "b", "b": "a"}),
    ("equal values", {"first": "same", "second": "same"}),
    ("values that are keys", {"team": "team", "key": "value", "value": "key"}),
    ("a value of a blank", {"team": " "}),
    ("a padded value", {"team": " billing "}),
    ("a padded key", {" team ": "billing"}),
    ("a key of a blank", {" ": "billing"}),
    ("empty values beside others", {"team": "", "order_id": "6735", "note": ""}),
    ("an empty key and an empty value", {"": ""}),
    ("a key in two normal forms", {"caf\u00e9": "a", "cafe\u0301": "b"}),
    (
        "keys in many scripts",
        {"\u6ce8\u6587": "a", "\u0437\u0430\u043a\u0430\u0437": "b", "\u05d4\u05d6\u05de\u05e0\u05d4": "c"},
    ),
    ("a key with an emoji", {"\U0001f69a": "parcel"}),
    ("a key with a newline", {"team\nname": "payments"}),
    ("a key with a tab", {"team\tname": "payments"}),
    ("a key with NUL", {"team\0name": "payments"}),
    ("a key with a lone surrogate", {"team\ud83d": "payments"}),
    ("a key with a zero-width space", {"te\u200bam": "payments"}),
    ("a key with a byte order mark", {"\ufeffteam": "payments"}),
    ("a key with quotes", {'the "team"': "a", "the team's": "b"}),
    ("a key with a backslash", {"team\\name": "payments"}),
    ("a key with a comma", {"a,b": "c"}),
    ("a key with an equals sign", {"a=b": "c"}),
    ("a key with an ampersand", {"a&b": "c"}),
    ("a key with a colon", {"a:b": "c"}),
    ("a key with a slash", {"a/b": "c"}),
    ("a key with a percent escape", {"a%20b": "c", "a%00b": "d"}),
    ("a key with a plus", {"a+b": "c", "a b": "d"}),
    ("a key with a star", {"*": "all"}),
    ("a key with braces", {"{team}": "a", "${team}": "b", "{{team}}": "c"}),
    ("a key with a dollar sign in front", {"$ne": "a", "$where": "b"}),
    ("a key with a dot in front", {".team": "a", "team.": "b"}),
    ("keys that are paths", {"a.b": "c", "a": "d"}),
    ("keys of a form", {"a[]": "1", "a[0]": "2", "a[b][c]": "3"}),
    ("a key with markup", {"<b>team</b>": "payments"}),
    ("a key with an apostrophe and SQL", {"team'; DROP TABLE teams; --": "payments"}),
    ("a formula as a key", {"=1+1": "2", "+1": "1", "@team": "b"}),
    ("a key with a dash in front", {"-team": "a", "--team": "b"}),
    ("a key with an underscore in front", {"_id": "a", "__typename": "b", "_": "c"}),
    ("a key that begins with a digit", {"1st": "a", "2nd": "b"}),
    ("keys like numbers", {"1.5": "a", "-1": "b", "1e3": "c", "007": "d", "4294967295": "e"}),
    ("a key like a date", {"2024-02-29": "leap"}),
    ("a key like a header", {"X-Team": "payments", "content-type": "text/plain"}),
    ("keys that differ in the last letter", {"teams": "a", "teamt": "b"}),
    ("keys that differ in separators", {"team_name": "a", "team-name": "b", "teamName": "c"}),
    ("a key in capitals", {"TEAM": "payments"}),
    ("a key of one letter", {"k": "v"}),
    ("a value with an equals sign", {"a": "b=c&d=e"}),
    ("a value of JSON", {"a": '{"b": "c"}', "d": "[1, 2]"}),
    ("a value of several lines", {"note": "first\nsecond\r\nthird"}),
    ("what a naive writing takes for two entries", {"a": 'b", "c": "d', "e": "f, g: h"}),
    ("numbers that are no texts", {"zero": 0, "half": 0.5, "large": 2**53 + 1, "less": -1}),
    ("booleans and null as values", {"yes": True, "no": False, "none": None}),
    ("an empty object and an empty array as values", {"object": {}, "array": []}),
    ("entries of different types", {"text": "a", "number": 1, "list": ["b"], "object": {"c": "d"}}),
    ("a deep value", {"a": {"b": {"c": {"d": {"e": "f"}}}}}),
)
"""Named entries, the most troublesome first."""

_WORDS = {
    "names of objects as keys": ("constructor", "toString", "hasOwnProperty", "valueOf", "prototype", "__proto__"),
    "names of methods as keys": ("length", "size", "keys", "items", "values", "get", "update", "copy", "then", "call"),
    "words of languages as keys": (
        "class",
        "self",
        "this",
        "None",
        "default",
        "function",
        "return",
        "import",
        "lambda",
    ),
    "words of SQL as keys": ("select", "order", "group", "table", "user", "key", "index", "from", "where", "null"),
    "words of constants as keys": ("true", "false", "null", "undefined", "NaN", "nil", "None", "no", "yes"),
    "names of magic as keys": ("__class__", "__dict__", "__init__", "__getattr__", "_id", "$id", "$ref", "@type"),
    "names of answers as keys": ("id", "object", "created", "updated", "status", "error", "code", "message", "data"),
    "names of requests as keys": ("type", "name", "description", "url", "include", "expand", "limit", "page", "sort"),
    "names of secrets as keys": ("password", "token", "secret", "api_key", "authorization", "card_number"),
}


def of_words() -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield maps whose keys have a meaning in a language or a store: each word, then all of a family."""
    for family, words in _WORDS.items():
        yield family, {word: f"value {number}" for number, word in enumerate(words)}
    for word in dict.fromkeys(word for words in _WORDS.values() for word in words):
        yield f"the key {word}", {word: "payments"}
