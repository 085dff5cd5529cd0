"""Makes the HAR files of tests/record/hars/: real writers record a known series of creates against the reference.

    apt install chromium firefox-esr curl
    uv tool install mitmproxy
    uv tool install schemathesis
    uv run --with playwright python tests/quality/hars.py                every writer
    uv run --with playwright python tests/quality/hars.py 'mitmproxy*'   those writers

A missing writer is skipped, and a sentence says what to install. With each NAME.har comes a NAME.truth.json: what
the server itself received and answered, in order.
"""

from __future__ import annotations

import argparse
import base64
import fnmatch
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # as pytest does, for tests/common

import httpx
from common.marionette import Marionette
from common.recorded import KEY, ORDINARY, STEPS, Server, Step

from ed_contract.reference import PATH

FOLDER = Path(__file__).resolve().parents[1] / "record" / "hars"
INSTALL = {
    "chromium": "apt install chromium",
    "curl": "apt install curl",
    "firefox-esr": "apt install firefox-esr",
    "mitmdump": "uv tool install mitmproxy",
    "schemathesis": "uv tool install schemathesis",
}
HOST = "127.0.0.1:8000"  # replaces the actual host and port in the files
PATIENCE = 60.0  # seconds

Arguments = dict[str, Any]


class MissingError(Exception):
    """A writer's dependency is not installed; the message says how to install it."""


def playwright(server: Server, folder: Path, **options: Any) -> Path:
    """Record with Playwright's `record_har_path`."""
    start, target = _playwright(), folder / "out.har"
    with start() as driver:
        browser = driver.chromium.launch(executable_path=_installed("chromium"), headless=True, args=["--no-sandbox"])
        context = browser.new_context(record_har_path=target, **options)
        _make_in_browser(context.new_page(), server)
        context.close()
        browser.close()
    return target


def devtools(server: Server, folder: Path, *, sanitize: bool) -> Path:
    """Record with Chromium's DevTools: opens their front end as a page and calls their HAR writer there."""
    start, target = _playwright(), folder / "out.har"
    command = [
        _installed("chromium"),
        "--headless=new",
        "--no-sandbox",
        "--remote-debugging-port=0",
        "--remote-allow-origins=*",
        f"--user-data-dir={folder / 'profile'}",
        "about:blank",
    ]
    with start() as driver, (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            port = _debugging_port(folder / "profile" / "DevToolsActivePort", process)
            browser = driver.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
            recorded = browser.contexts[0].pages[0]
            about = browser.contexts[0].new_cdp_session(recorded).send("Target.getTargetInfo")
            tools = browser.contexts[0].new_page()
            identifier = about["targetInfo"]["targetId"]
            tools.goto(
                f"http://127.0.0.1:{port}/devtools/devtools_app.html?ws=127.0.0.1:{port}/devtools/page/{identifier}"
            )
            while not tools.evaluate(_DEVTOOLS_LISTENS):
                recorded.goto(server.url + "/")
            _make_in_browser(recorded, server)
            target.write_text(tools.evaluate(_DEVTOOLS_HAR, {"sanitize": sanitize}), encoding="utf-8")
            browser.close()
        finally:
            process.terminate()
    return target


_DEVTOOLS_LISTENS = """async () => {
  const logs = await import('/devtools/models/logs/logs.js');
  return logs.NetworkLog.NetworkLog.instance().requests().some(one => one.finished);
}"""
_DEVTOOLS_HAR = """async ({sanitize}) => {
  const [har, logs, common] = await Promise.all([
    import('/devtools/models/har/har.js'), import('/devtools/models/logs/logs.js'),
    import('/devtools/core/common/common.js')]);
  const requests = logs.NetworkLog.NetworkLog.instance().requests();
  let text = '';
  const stream = {write: async piece => { text += piece; }, close: async () => {}};
  const progress = new common.Progress.Progress();
  await har.Writer.Writer.write(stream, requests, {sanitize}, progress);
  return text;
}"""


def firefox(server: Server, folder: Path) -> Path:
    """Record with Firefox's network monitor: opens it and asks it for its HAR."""
    program, target, profile = _installed("firefox-esr"), folder / "out.har", folder / "profile"
    profile.mkdir()
    (profile / "user.js").write_text('user_pref("marionette.port", 0);\n')
    command = [program, "--headless", "--marionette", "--remote-allow-system-access", "--no-remote"]
    command += ["-profile", str(profile), "about:blank"]
    home = os.environ | {"HOME": str(folder)}
    with (folder / "log").open("wb") as log, subprocess.Popen(command, env=home, stdout=log, stderr=log) as process:
        try:
            port = _debugging_port(profile / "MarionetteActivePort", process)
            with Marionette(port, PATIENCE) as browser:
                browser.send("WebDriver:Navigate", url=server.url + "/")
                browser.run(_TOOLBOX_SHOWN, in_browser=True)
                browser.run(_IN_PAGE, {"path": PATH, "steps": _steps(server)})
                text = ""
                while not _is_whole(text, len(server.steps)):
                    text = browser.run(_TOOLBOX_HAR, in_browser=True)
                target.write_text(text, encoding="utf-8")
        finally:
            process.terminate()
    return target


_TOOLBOX = """async () => {
  const {require} = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs');
  const {gDevTools} = require('devtools/client/framework/devtools');
"""
_TOOLBOX_SHOWN = _TOOLBOX + "await gDevTools.showToolboxForTab(gBrowser.selectedTab, {toolId: 'netmonitor'}); }"
_TOOLBOX_HAR = (
    _TOOLBOX
    + """
  const log = await gDevTools.getToolboxForTab(gBrowser.selectedTab).getHARFromNetMonitor();
  return JSON.stringify({log}, null, 2);
}"""
)


def _is_whole(text: str, count: int) -> bool:
    """Whether a HAR has all creates: Firefox fills them in one after another, and aborted ones have no status."""
    entries = json.loads(text)["log"]["entries"] if text else []
    answered = [entry for entry in entries if entry["request"]["method"] == "POST" and entry["response"]["status"]]
    return len(answered) == count - 1


def schemathesis(server: Server, folder: Path, *, options: Sequence[str]) -> Path:
    """Record with Schemathesis, which makes up its own series from a small document."""
    schema, target = folder / "openapi.json", folder / "out.har"
    schema.write_text(json.dumps(_OPENAPI))
    command = [
        _installed("schemathesis"),
        "run",
        str(schema),
        "--url",
        server.url,
        "--max-examples",
        "4",
        "--seed",
        "1",
    ]
    command += ["--phases", "examples,fuzzing", "--checks", "not_a_server_error"]
    command += ["--header", "Authorization: Bearer sk_test_a", "--report-har-path", str(target), *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    return target


_OPENAPI = {
    "openapi": "3.0.3",
    "info": {"title": "Creates", "version": "1"},
    "paths": {
        PATH: {
            "post": {
                "parameters": [
                    {
                        "name": KEY,
                        "in": "header",
                        "required": True,
                        "schema": {"type": "string", "enum": ["one", "two"]},
                        "example": "one",
                    }
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "required": ["name"]},
                            "example": json.loads(STEPS[0].body) | {"name": "Zoë"},
                        },
                    },
                },
                "responses": {"200": {"description": "Made."}},
            }
        }
    },
}


def mitmproxy(server: Server, folder: Path, *, client: Callable[[str, Server], None]) -> Path:
    """Record with mitmproxy's `hardump`, as a reverse proxy in front of the server."""
    target = folder / "out.har"
    command = [
        _installed("mitmdump"),
        "--mode",
        f"reverse:{server.url}",
        "--listen-host",
        "127.0.0.1",
        "--listen-port",
        "0",
    ]
    command += ["--set", f"confdir={folder}", "--set", f"hardump={target}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if " listening at " in line:
                client(f"http://{line.split(' listening at ')[1].strip().rstrip('.')}", server)
                break
        process.terminate()
        process.stdout.read()
    return target


def with_httpx(url: str, server: Server) -> None:
    """Send the series with httpx."""
    with httpx.Client(base_url=url, timeout=PATIENCE) as client:
        for step in server.steps:
            if step.held:
                _given_up(url, step, server)
            else:
                client.post(PATH, content=step.body, headers=step.headers)


def _given_up(url: str, step: Step, server: Server) -> None:
    """Send a create over a new connection, and close that once the create has arrived."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
    connection.request("POST", PATH, body=step.body, headers=step.headers)
    server.arrived.wait(PATIENCE)
    connection.close()
    server.released.set()


def with_curl(url: str, server: Server) -> None:
    """Send the series with curl, one process for each create."""
    program = _installed("curl")
    for step in server.steps:
        command = [program, "--silent", "--show-error", "--output", "/dev/null", "--data-binary", "@-", url + PATH]
        command += [part for name, value in step.headers.items() for part in ("--header", f"{name}: {value}")]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
            assert process.stdin is not None
            process.stdin.write(step.body)
            process.stdin.close()
            if step.held:
                server.arrived.wait(PATIENCE)
                process.kill()
        if step.held:
            server.released.set()


WRITERS: dict[str, tuple[Callable[..., Path], Arguments, tuple[Step, ...]]] = {
    "playwright-embed": (playwright, {"record_har_content": "embed"}, STEPS),
    "playwright-omit": (playwright, {"record_har_content": "omit"}, ORDINARY),
    "playwright-minimal": (playwright, {"record_har_content": "embed", "record_har_mode": "minimal"}, ORDINARY),
    "chromium-devtools": (devtools, {"sanitize": False}, STEPS),
    "chromium-devtools-sanitized": (devtools, {"sanitize": True}, ORDINARY),
    "firefox": (firefox, {}, STEPS),
    "mitmproxy-httpx": (mitmproxy, {"client": with_httpx}, STEPS),
    "mitmproxy-curl": (mitmproxy, {"client": with_curl}, ORDINARY),
    "schemathesis": (schemathesis, {"options": ["--output-sanitize", "false"]}, ()),
    "schemathesis-bytes": (schemathesis, {"options": ["--output-sanitize", "false", "--report-preserve-bytes"]}, ()),
    "schemathesis-sanitized": (schemathesis, {"options": []}, ()),
}
"""The name of each writer, and what it records; Schemathesis chooses what it sends."""


def _playwright() -> Callable[[], Any]:
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it may be missing
    except ImportError:
        raise MissingError("there is no playwright: `uv run --with playwright python tests/quality/hars.py`") from None
    return sync_playwright


def _installed(program: str) -> str:
    """Return the path of a program."""
    found = shutil.which(program)
    if found is None:
        raise MissingError(f"there is no {program}: `{INSTALL[program]}`")
    return found


def _debugging_port(written: Path, process: subprocess.Popen[bytes]) -> int:
    """Return the port on which a browser listens for us, once it has written it to a file."""
    while process.poll() is None:
        if written.exists() and (lines := written.read_text().splitlines()):
            return int(lines[0])
        time.sleep(0.1)
    raise MissingError(f"{process.args[0]} does not start: try it in a shell")


_IN_PAGE = """async ({path, steps}) => {
  for (const step of steps) {
    const bytes = Uint8Array.from(atob(step.body), one => one.charCodeAt(0));
    const body = step.text ? new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes) : bytes;
    const abort = new AbortController();
    const sent = fetch(path, {method: 'POST', headers: step.headers, body, signal: abort.signal})
        .then(answer => answer.text()).catch(() => null);
    if (step.held) {
      await fetch('/arrived');
      abort.abort();
    }
    await sent;
    if (step.held)
      await fetch('/release');
  }
}"""


def _make_in_browser(page: Any, server: Server) -> None:
    """Send the series with fetch, from a page of the server's origin."""
    page.goto(server.url + "/")
    page.evaluate(_IN_PAGE, {"path": PATH, "steps": _steps(server)})


def _steps(server: Server) -> list[Arguments]:
    """Return the series as `_IN_PAGE` takes it."""
    return [
        {"headers": step.headers, "body": base64.b64encode(step.body).decode(), "held": step.held, "text": step.is_text}
        for step in server.steps
    ]


def made(name: str) -> str:
    """Let a writer record the series, keep what it wrote, and return a sentence."""
    writer, arguments, steps = WRITERS[name]
    with tempfile.TemporaryDirectory() as folder, Server(steps) as server:
        try:
            written = writer(server, Path(folder), **arguments)
        except MissingError as missing:
            return f"skipped: {missing}"
        text = written.read_text(encoding="utf-8").replace(server.url.removeprefix("http://"), HOST)
        truth = server.truth
    rows = ",\n".join(json.dumps(row) for row in truth)
    (FOLDER / f"{name}.har").write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    (FOLDER / f"{name}.truth.json").write_text(f"[\n{rows}\n]\n", encoding="utf-8")
    return f"{len(truth)} creates, of which {sum(KEY in one['headers'] for one in truth)} with a key"


def main() -> int:
    """Make the files that were asked for."""
    parser = argparse.ArgumentParser(description="Makes the HAR files of tests/record/hars/.")
    parser.add_argument("names", nargs="*", default=["*"], help="writers by name; * is anything")
    patterns = parser.parse_args().names
    FOLDER.mkdir(exist_ok=True)
    for name in WRITERS:
        if any(fnmatch.fnmatch(name, one) for one in patterns):
            print(f"{name}: {made(name)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
