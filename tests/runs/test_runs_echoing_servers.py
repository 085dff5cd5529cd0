"""A server that repeats all it was sent, in every writing it knows: none of it stands in what the command writes."""

from __future__ import annotations

import base64
import html
import itertools
import json
import os
import random
import subprocess
import sys
from urllib.parse import quote, quote_plus, unquote

import pytest
from common.servers import as_json, http_server, raw_server

from ed_contract.report.writers import WRITERS

PIECE = 6  # characters of a credential that say something of it
ODD = "\"\\/%+='&<"


def key_of(length, seed=0):
    """Return a credential of so many characters: letters and digits, and here and there an odd one."""
    draw = random.Random(seed)  # noqa: S311 - the same each time
    letters = ["".join(draw.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=PIECE + 1)) for _ in range(length)]
    odd = (ODD[number % len(ODD)] for number in range(length)) if length > PIECE + 1 else [""]
    return "".join(itertools.chain.from_iterable(zip(letters, odd, strict=False)))[:length]


def writings(text):
    """Return a text in the ways in which programs write it; none for no text."""
    if text is None:
        return []
    once = json.dumps(text)
    ways = [text, once, json.dumps(once), quote(text, safe=""), quote(text), quote_plus(text), unquote(text)]
    ways += [html.escape(text), repr(text), str(text.encode()), quote(once), text[: len(text) // 2] + "…"]
    if text.lower().startswith("basic "):
        pair = base64.b64decode(text[6:] + "==").decode()
        ways += [pair, *pair.split(":", 1), quote(pair)]
    if text.startswith("theme="):
        ways += [part.partition("=")[2] for part in text.split("; ")]
    return ways


def echoing():
    """Return the answer of a server that repeats what its caller said, and is wrong in every way in turn."""
    numbers = itertools.count()

    def answer(body, headers):
        said = [way for name in ("Authorization", "Cookie", "X-Pin", "X-Api-Key") for way in writings(headers[name])]
        number = next(numbers)
        some = [said[(number + place) % len(said)] for place in range(5)]
        if number % 7 == 3:
            return 500, {"Content-Type": "text/html"}, "\n".join(some).encode()
        document = json.loads(body) if body[:1] == b"{" and number % 2 else {}
        document |= {"id": f"ed_{number}", "name": some[0], "error": {"code": some[1], "message": some[2]}}
        document |= {"metadata": dict.fromkeys(some, "x"), "status": f"no: {some[3]}!", "type": some[4]}
        fields = {f"X-{place}": one for place, one in enumerate(some) if one.isascii()}
        return as_json(document, [200, 201, 400, 409, 500][number % 5], **fields)

    return answer


def written(url, folder, *arguments, **environment):
    """Run the command with a line for each request and every report; return all that it wrote."""
    command = [sys.executable, "-m", "ed_contract", "run", url, "-v", "--phases", "smoke,auth", "--max-requests", "30"]
    command += ["--waivers", str(folder / "waivers.toml"), "--waivers-update", "--no-shrink", *arguments]
    for form in WRITERS:
        command += ["--report", f"{form}={folder / form}"]
    known = {name: value for name, value in os.environ.items() if not name.startswith("ED_CONTRACT_")}
    done = subprocess.run(command, env=known | environment, capture_output=True, text=True, timeout=100, check=False)
    reports = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    return {"stdout": done.stdout, "stderr": done.stderr} | reports


def shown(outputs, *credentials):
    """Return what outputs show of credentials: any piece of one, with what stands around it."""
    pieces = set()
    for credential in credentials:
        size = min(PIECE, len(credential))
        starts = range(len(credential) - size + 1)
        pieces |= {credential[start : start + size] for start in starts}
    plain = {piece for piece in pieces if piece.isalnum()}
    found = []
    for where, text in outputs.items():
        seen = {text[start : start + size] for size in {len(piece) for piece in plain} for start in range(len(text))}
        for piece in plain & seen:
            place = text.index(piece)
            found.append((where, text[max(0, place - 80) : place + 40]))
    return found


@pytest.mark.parametrize("length", [5, 40, 5000])
def test_no_output_shows_a_key(length, tmp_path):
    """Of any length, and with any character."""
    first, second = key_of(length), key_of(length, seed=1)
    with http_server(echoing()) as url:
        outputs = written(url, tmp_path, ED_CONTRACT_API_KEY=first, ED_CONTRACT_SECOND_API_KEY=second)
    assert set(WRITERS) <= set(outputs), outputs["stderr"]
    assert shown(outputs, first, second) == []
    assert "***" in outputs["json"]


BASIC = base64.b64encode(b"ANNAXANNAX:PA55WORDPA55WORD").decode()


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        (f"Authorization: Basic {BASIC}", ["ANNAXANNAX", "PA55WORDPA55WORD", BASIC]),
        ("Cookie: theme=DARKBLUE; sid=5E5510NX5E5510NX", ["DARKBLUE", "5E5510NX5E5510NX"]),
        ("X-Pin: Q7Z9X", ["Q7Z9X"]),
        (f"X-Api-Key: {key_of(600, seed=2)}", [key_of(600, seed=2)]),
        (f"Authorization: Bearer {quote(key_of(40, seed=3), safe='')}", [key_of(40, seed=3)]),
    ],
)
def test_no_output_shows_a_header(header, parts, tmp_path):
    """Nor what servers make of it."""
    with http_server(echoing()) as url:
        outputs = written(url, tmp_path, "-H", header)
    assert set(WRITERS) <= set(outputs), outputs["stderr"]
    assert shown(outputs, *parts) == []


@pytest.mark.parametrize("status", [401, 301, 0])
@pytest.mark.parametrize("length", [5, 5000])
def test_no_stop_shows_a_key(length, status, tmp_path):
    """What the server says of why nothing can be judged, and what is no HTTP, are its own words."""
    key = key_of(length)
    if status:

        def answer(_, headers):
            said = "\n".join(writings(headers["Authorization"])[:3])
            return status, {"Content-Type": "text/html", "Location": f"/{quote(key)}"}, f"<html>{said}".encode()

        with http_server(answer) as url:
            outputs = written(url, tmp_path, ED_CONTRACT_API_KEY=key)
    else:

        def echo(connection):
            said = connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + said.partition(b"Authorization: ")[2])
            connection.close()

        with raw_server(echo) as port:
            outputs = written(f"http://127.0.0.1:{port}", tmp_path, "--request-timeout", "1", ED_CONTRACT_API_KEY=key)
    assert outputs["stderr"].startswith("error: ")
    assert shown(outputs, key) == []
