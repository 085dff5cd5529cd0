"""The reference as an ASGI application: it awaits between the steps of a create under a key."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Reference, Scope


class _UnderAKey(BaseException):
    """A create under a key is to be answered."""

    def __init__(self, create: Create, key: str) -> None:
        self.create, self.key = create, key


class Asynchronous(Reference):
    """Looks a key up, awaits `between`, and inserts; one create under a key after the other."""

    def set_up(self) -> None:
        """Keep a lock for each key."""
        self._locks: dict[Scope, asyncio.Lock] = {}

    def of_a_key(self, scope: Scope) -> AbstractAsyncContextManager[Any]:
        """Return what a create under a key holds from look-up to insertion."""
        return self._locks.setdefault(scope, asyncio.Lock())

    async def between(self) -> None:
        """Await something, as a database would."""
        await asyncio.sleep(0)

    def answer_once(self, create: Create, key: str) -> Response:
        """Leave it to `answer_under_key`, which may await."""
        raise _UnderAKey(create, key)

    async def answer_under_key(self, create: Create, key: str) -> Response:
        """Answer a create under a key."""
        scope, fingerprint = self.scope(create.account, key), self.identity(create)
        async with self.of_a_key(scope):
            known = self.lookup(scope)
            await self.between()
            if known is None:
                destination = self.make(create.account, create.params)
                with self.transaction():
                    self.insert(destination)
                    self.store.forget(scope)
                    self.remember(scope, fingerprint, destination)
                return self.created_response(destination, create)
        return self.answer_known(known, fingerprint, create)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, as ASGI wants it."""
        if scope["type"] == "lifespan":
            raise NotImplementedError
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        query = scope["query_string"].decode()
        environ = EnvironBuilder(scope["path"], method=scope["method"], query_string=query, headers=headers, data=body)
        request = Request(environ.get_environ())
        try:
            response = self.handle(request)
        except _UnderAKey as due:
            response = await self.answer_under_key(due.create, due.key)
        response = self.signed(request, response)
        sent = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.headers]
        await send({"type": "http.response.start", "status": response.status_code, "headers": sent})
        await send({"type": "http.response.body", "body": response.get_data()})


class Racing(Asynchronous):
    """Looks a key up, and inserts it later, without a lock."""

    def of_a_key(self, scope: Scope) -> AbstractAsyncContextManager[Any]:  # noqa: ARG002 - as the lock of it
        """Hold nothing."""
        return nullcontext()
