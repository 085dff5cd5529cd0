"""Drives a Firefox started with --marionette. Knows nothing of what it is used for."""

from __future__ import annotations

import json
import socket
from typing import Any, Self


class Marionette:
    """A connection to Firefox: it runs scripts in a page, and in the browser itself."""

    def __init__(self, port: int, timeout: float) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self._file = self._socket.makefile("rb")
        self._receive()
        self._number = 0
        self.send("WebDriver:NewSession")
        self.send("WebDriver:SetTimeouts", script=int(timeout * 1000))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def send(self, command: str, **parameters: Any) -> Any:
        """Send a command and return its result."""
        self._number += 1
        message = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, given = self._receive()
        if error is not None:
            raise RuntimeError(f"{error['error']}: {error['message']}")
        return given

    def run(self, function: str, argument: Any = None, *, in_browser: bool = False) -> Any:
        """Call an async JavaScript function with an argument, and return its result."""
        self.send("Marionette:SetContext", value="chrome" if in_browser else "content")
        script = f"const [argument, done] = arguments; ({function})(argument).then(done, error => done('' + error));"
        return self.send("WebDriver:ExecuteAsyncScript", script=script, args=[argument])["value"]

    def _receive(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._file.read(1)
        return json.loads(self._file.read(int(length[:-1])))
