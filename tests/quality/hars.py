"""Makes the HAR files of tests/record/hars/: real writers record a known series of creates against the reference.

    uv tool install mitmproxy
    uv run --with playwright python tests/quality/hars.py              every writer; needs Debian's chromium, and curl
    uv run --with playwright python tests/quality/hars.py 'mitmproxy*' those writers

A writer that is not there is skipped, and a sentence says what to install. Beside each NAME.har stands a
NAME.truth.json: what the server itself received and answered, in order.
"""

from __future__ import annotations

import argparse
import base64
import fnmatch
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # as pytest does, for tests/common

import httpx
from common.recorded import KEY, STEPS, Server, Step

from ed_contract.reference import PATH

FOLDER = Path(__file__).resolve().parents[1] / "record" / "hars"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
HOST = "127.0.0.1:8000"  # stands in the files for the host and port of the day
PATIENCE = 60.0  # seconds

Arguments = dict[str, Any]


class MissingError(Exception):
    """What a writer needs is not installed; the message says how to install it."""


def playwright(server: Server, folder: Path, **options: Any) -> Path:
    """Record with Playwright's `record_har_path`."""
    start, target = _playwright(), folder / "out.har"
    with start() as driver:
        browser = driver.chromium.launch(executable_path=_chromium(), headless=True, args=["--no-sandbox"])
        context = browser.new_context(record_har_path=target, **options)
        _make_in_browser(context.new_page(), server)
        context.close()
        browser.close()
    return target


def devtools(server: Server, folder: Path, *, sanitize: bool) -> Path:
    """Record with Chromium's own DevTools: its front end is opened as a page, and its HAR writer is called there."""
    start, target = _playwright(), folder / "out.har"
    command = [
        _chromium(),
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


def mitmproxy(server: Server, folder: Path, *, client: Callable[[str, Server], None]) -> Path:
    """Record with mitmproxy's `hardump`, as a reverse proxy before the server."""
    program, target = shutil.which("mitmdump"), folder / "out.har"
    if program is None:
        raise MissingError("there is no mitmdump: `uv tool install mitmproxy`")
    command = [program, "--mode", f"reverse:{server.url}", "--listen-host", "127.0.0.1", "--listen-port", "0"]
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
        for step in STEPS:
            if step.held:
                _given_up_by_httpx(url, step, server)
            else:
                client.post(PATH, content=step.body, headers=step.headers)


def _given_up_by_httpx(url: str, step: Step, server: Server) -> None:
    """Send a create in a connection of its own, and close that when it has arrived."""
    with httpx.Client(base_url=url, timeout=httpx.Timeout(PATIENCE, read=0.01)) as client:
        try:
            client.post(PATH, content=step.body, headers=step.headers)
        except httpx.ReadTimeout:
            server.arrived.wait(PATIENCE)
    server.released.set()


def with_curl(url: str, server: Server) -> None:
    """Send the series with curl, each in a process of its own."""
    program = shutil.which("curl")
    if program is None:
        raise MissingError("there is no curl: `apt install curl`")
    for step in STEPS:
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


WRITERS: dict[str, tuple[Callable[..., Path], Arguments]] = {
    "playwright-embed": (playwright, {"record_har_content": "embed"}),
    "playwright-omit": (playwright, {"record_har_content": "omit"}),
    "playwright-minimal": (playwright, {"record_har_content": "embed", "record_har_mode": "minimal"}),
    "chromium-devtools": (devtools, {"sanitize": False}),
    "chromium-devtools-sanitized": (devtools, {"sanitize": True}),
    "mitmproxy-httpx": (mitmproxy, {"client": with_httpx}),
    "mitmproxy-curl": (mitmproxy, {"client": with_curl}),
}


def _playwright() -> Callable[[], Any]:
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it may be missing
    except ImportError:
        raise MissingError("there is no playwright: `uv run --with playwright python tests/quality/hars.py`") from None
    return sync_playwright


def _chromium() -> str:
    if not CHROMIUM:
        raise MissingError("there is no chromium: `apt install chromium`")
    return CHROMIUM


def _debugging_port(written: Path, process: subprocess.Popen[bytes]) -> int:
    """Return the port that Chromium listens at for debuggers, once it has written it down."""
    while process.poll() is None:
        if written.exists() and (lines := written.read_text().splitlines()):
            return int(lines[0])
    raise MissingError("chromium does not start: try it with --headless=new --no-sandbox")


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
    """Send the series with fetch, from a page of the server's own origin."""
    page.goto(server.url + "/")
    steps = [
        {"headers": step.headers, "body": base64.b64encode(step.body).decode(), "held": step.held, "text": step.is_text}
        for step in STEPS
    ]
    page.evaluate(_IN_PAGE, {"path": PATH, "steps": steps})


def made(name: str) -> str:
    """Let a writer record the series, keep what it wrote, and return a sentence."""
    writer, arguments = WRITERS[name]
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        try:
            written = writer(server, Path(folder), **arguments)
        except MissingError as missing:
            return f"skipped: {missing}"
        text = written.read_text(encoding="utf-8").replace(server.url.removeprefix("http://"), HOST)
        truth = server.truth
    (FOLDER / f"{name}.har").write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    (FOLDER / f"{name}.truth.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
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
