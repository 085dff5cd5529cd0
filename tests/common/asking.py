"""Sends requests to an application in process."""

from __future__ import annotations

from ed_contract.interaction import Request

REQUEST = Request(
    method="POST",
    path="/a%20b?x=1",
    headers=(("Content-Type", "application/json"), ("X-Two", "1"), ("X-Two", "2")),
    body=b'{"a": 1}',
)


async def answer(send, status=200, body=b"{}", headers=()):
    """Answer from an ASGI application, in two parts."""
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body[:1], "more_body": True})
    await send({"type": "http.response.body", "body": body[1:]})
