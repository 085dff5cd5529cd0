"""What the proxy answers of itself: a status and one plain sentence."""

from __future__ import annotations

from http import HTTPStatus

LIVE_KEY = "the header {} holds a live key: send the key of a sandbox, or start the proxy with --allow-live"
NO_TUNNELS = "CONNECT is not forwarded: this is a proxy for one server"


class Refused(Exception):  # noqa: N818 - reads as the state it names
    """A request is not passed on, or could not be; the message is the sentence that the client gets."""

    def __init__(self, status: HTTPStatus, sentence: str, *, bodiless: bool = False) -> None:
        super().__init__(sentence)
        self.status = status
        self.bodiless = bodiless  # as answers to HEAD are


def own_answer(refused: Refused) -> bytes:
    """Return the whole answer, after which the connection is closed."""
    body = f"ed-contract proxy: {refused}.\n".encode()
    head = (
        f"HTTP/1.1 {refused.status.value} {refused.status.phrase}\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + (b"" if refused.bodiless else body)
