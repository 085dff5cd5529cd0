"""One client connection and the one to the target behind it: two pumps, one for each direction.

The pump of the requests reads a head whole, because it decides whether the request goes on and how; all else goes on
piece by piece as it comes. The pump of the answers does the same the other way round. An answer that cannot be read
as HTTP goes on as it is until the connection ends: a client is to see what it would have seen without us.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from ed_contract.interaction import NoAnswer, NotRead
from ed_contract.proxy.bodies import Body, EndedEarly, answer_body, request_body
from ed_contract.proxy.heads import Unfollowable, answer_head, request_head, values
from ed_contract.proxy.lines import Inbox, Line, LineLost
from ed_contract.proxy.own_answers import LIVE_KEY, NO_TUNNELS, Refused, own_answer
from ed_contract.proxy.recording import Passing, now
from ed_contract.proxy.upstream import Upstream
from ed_contract.transport.base import Unreached
from ed_contract.transport.credentials import live_in

LINGER = 2.0  # seconds that one side may go on when the other has ended and nothing waits for an answer

_CLIENT_GONE = NotRead(reason="the client closed its side of the connection before the answer was complete")
_BROKEN_REQUEST = NotRead(reason="the request could not be read to its end")
_STOPPED = NoAnswer(reason="the proxy was stopped before the answer was complete", cut=True)


class Connection:
    """Passes on what comes through one client connection until either side ends it.

    Args:
        client: the connection.
        name: its name in the records.
        upstream: where requests go.
        allow_live: whether a live key may go there.
        record: is called with each request whose answer was passed on whole, or will not come.
        refused: is called with why a request was not passed on, of which nothing is recorded.
    """

    def __init__(
        self,
        client: Line,
        *,
        name: str,
        upstream: Upstream,
        allow_live: bool,
        record: Callable[[Passing], object],
        refused: Callable[[str], object],
    ) -> None:
        self._client, self._name, self._upstream = client, name, upstream
        self._allow_live, self._record, self._refused = allow_live, record, refused
        self._inbox = Inbox(client)
        self._target: Line | None = None
        self._opened: asyncio.Future[Line] = asyncio.get_running_loop().create_future()
        self._open: deque[Passing] = deque()  # those that are not recorded yet, in the order of their requests
        self._changed = asyncio.Event()
        self._lost: NoAnswer | NotRead | None = None  # why no answer comes any more: what happened first
        self._ending = self._refusing = self._tunnels = self._resets = False

    async def run(self) -> None:
        """Pass on until the end, close both connections, and record what got no answer."""
        requests, answers = asyncio.create_task(self._requests()), asyncio.create_task(self._answers())
        answers.add_done_callback(lambda _: self._changed.set())
        try:
            await asyncio.wait({requests, answers}, return_when=asyncio.FIRST_COMPLETED)
            if answers.done():
                self._give_up()
                await asyncio.wait({requests}, timeout=LINGER if answers.result() else 0)
            elif requests.result() and self._target is not None:
                await self._until(lambda: answers.done() or not self._waiting)
                patience = LINGER if self._target.half_closes else 0
                await asyncio.wait({answers}, timeout=None if self._tunnels else patience)
        except asyncio.CancelledError:
            self._lose(_STOPPED)
            raise
        finally:
            requests.cancel()
            answers.cancel()
            await asyncio.wait({requests, answers})
            self.close()
        for pump in (requests, answers):
            if not pump.cancelled():
                pump.result()

    async def settled(self) -> None:
        """Take no further request, and wait until all that were passed on are answered."""
        self._ending = True
        await self._until(lambda: not self._open)

    def close(self) -> None:
        """Close both connections, and record what is left."""
        for line in (self._client, self._target):
            if line is not None and self._resets:
                line.reset()
            elif line is not None:
                line.close()
        self._give_up()
        for passing in self._open:
            self._record(passing)
        self._open.clear()
        self._changed.set()

    @property
    def _waiting(self) -> Passing | None:
        """The request that the next answer is for."""
        return next((one for one in self._open if not one.answered), None)

    async def _requests(self) -> bool:
        """Pass requests on; return whether answers may still come."""
        try:
            while (raw := await self._inbox.request_head()) and not self._ending:
                await self._pass_request(raw)
            return not raw and self._end_target()
        except EndedEarly:
            if self._open and not self._open[-1].body.whole:
                return self._end_target()
            await self._refuse(Refused(HTTPStatus.BAD_REQUEST, "the request ended in its head"))
        except Unfollowable as error:
            await self._refuse(Refused(HTTPStatus.BAD_REQUEST, f"the request was not forwarded: {error}"))
        except Refused as refused:
            await self._refuse(refused)
        except LineLost as lost:
            if lost.line is not self._client:
                self._lose(NoAnswer(reason=str(lost), ended=True))
                return True  # the target takes no more, but may have answered before
            self._lose(_CLIENT_GONE)
            self._resets = True
        return False

    async def _pass_request(self, raw: bytes) -> None:
        head = request_head(raw)
        if head.method == "CONNECT":
            raise Refused(HTTPStatus.NOT_IMPLEMENTED, NO_TUNNELS)
        if not self._allow_live and (name := live_in(head.headers, head.path.partition("?")[2])) is not None:
            raise Refused(HTTPStatus.FORBIDDEN, LIVE_KEY.format(name), bodiless=head.method == "HEAD")
        passing = Passing(connection=self._name, request=head, body=request_body(head), began=now())
        self._open.append(passing)
        if self._target is None:
            try:
                self._target = await self._upstream.opened()
            except Unreached as error:
                passing.lost = NoAnswer(reason=str(error))
                raise Refused(HTTPStatus.BAD_GATEWAY, str(error), bodiless=head.method == "HEAD") from None
            self._opened.set_result(self._target)
        await self._pass_on(self._inbox, self._upstream.head_for(head), passing.body, self._target)
        self._finish(passing)
        if values(head.fields, b"upgrade"):
            await self._until(lambda: passing.answered)
            if self._tunnels:
                while piece := await self._inbox.piece():
                    await self._target.send(piece)

    def _end_target(self) -> bool:
        """Tell the target that the client sends nothing more; return whether answers may still come."""
        self._lose(_CLIENT_GONE)
        if self._target is None:
            return False
        self._target.end()
        return self._target.half_closes or not self._open or self._open[-1].body.whole

    async def _refuse(self, refused: Refused) -> None:
        """Answer ourselves, once all that came before is answered; nothing of what follows is passed on."""
        passing = self._open[-1] if self._open and (self._target is None or not self._open[-1].body.whole) else None
        if passing is not None and self._target is not None:
            passing.lost = _BROKEN_REQUEST
            self._target.end()
        if passing is None:
            self._refused(str(refused))
        self._refusing = True
        before = [one for one in self._open if one is not passing and not one.answered]
        discarding = asyncio.create_task(self._discard(passing.body if passing and not self._target else None))
        try:
            await self._until(lambda: self._waiting is None or self._waiting is passing)
            begun = passing is not None and passing.answer is not None
            if not begun and all(one.answered for one in before):  # else ours would be taken for a part of another
                with suppress(LineLost):
                    await self._client.send(own_answer(refused))
                self._client.end()
                await asyncio.wait({discarding}, timeout=LINGER)
        finally:
            discarding.cancel()
            await asyncio.wait({discarding})

    async def _discard(self, body: Body | None) -> None:
        """Read to the end of the client's side: closed with something unread, its connection would be reset."""
        with suppress(LineLost, Unfollowable):
            while piece := await self._inbox.piece():
                if body is not None:
                    body.feed(piece)
        if self._target is not None:
            self._target.end()

    async def _answers(self) -> bool:
        """Pass answers on; return whether the client may still say something."""
        inbox = Inbox(await self._opened)
        try:
            await self._pass_answers(inbox)
        except LineLost as lost:
            if lost.line is self._client:
                self._lose(_CLIENT_GONE)
                self._resets = True
                return False
            self._lose(NoAnswer(reason=str(lost), ended=True))
            if self._waiting is not None and not self._refusing:
                with suppress(LineLost):
                    await self._client.send(inbox.take())
                self._resets = True
                return False
        if not self._refusing:  # else there is something left to say
            self._client.end()
        return True

    async def _pass_answers(self, inbox: Inbox) -> None:
        """Pass answers on until the target ends the connection."""
        try:
            while await inbox.filled():
                await self._pass_answer(inbox)
            self._lose(NoAnswer(reason="the connection ended before an answer came", ended=True))
        except EndedEarly:
            self._lose(NoAnswer(reason="the connection ended in the middle of the answer", ended=True))
        except Unfollowable as error:
            if self._waiting is not None:
                self._waiting.lost = NoAnswer(reason=f"the answer is not HTTP/1: {error}", ended=True)
        while piece := await inbox.piece():
            await self._client.send(piece)

    async def _pass_answer(self, inbox: Inbox) -> None:
        passing = self._waiting
        if passing is None:
            raise Unfollowable("it answers no request")
        raw = await inbox.answer_head()
        try:
            head = answer_head(raw)
            content = answer_body(head, passing.request)
        except Unfollowable:
            inbox.give_back(raw + inbox.take())
            raise
        if passing.lost is not None:  # it is refused
            await asyncio.Future()  # until we are cancelled
        tunnels = head.status == HTTPStatus.SWITCHING_PROTOCOLS
        if head.status < HTTPStatus.OK and not tunnels:
            await self._client.send(raw)
            return
        passing.answer, passing.content = head, content
        passing.ended = await self._pass_on(inbox, raw, content, self._client)
        passing.answered, self._tunnels = True, tunnels
        self._finish(passing)
        while tunnels and (piece := await inbox.piece()):
            await self._client.send(piece)

    async def _pass_on(self, inbox: Inbox, head: bytes, body: Body, line: Line) -> float:
        """Pass on a head and the body behind it, and return when its last byte had come."""
        piece = inbox.take()
        while True:
            try:
                used = body.feed(piece)
            except Unfollowable:
                inbox.give_back(head + piece)
                raise
            inbox.give_back(piece[used:])
            came = now()
            await line.send(head + piece[:used])
            if body.whole:
                return came
            head, piece = b"", await inbox.piece()
            if not piece:
                body.end()
                return now()

    def _finish(self, passing: Passing) -> None:
        """Record what has passed in both directions."""
        if passing.answered and passing.body.whole:
            self._open.remove(passing)
            self._record(passing)
        self._changed.set()

    def _lose(self, reason: NoAnswer | NotRead) -> None:
        self._lost = self._lost or reason

    def _give_up(self) -> None:
        """Record what will not be answered any more."""
        for passing in tuple(self._open):
            if not passing.answered:
                passing.lost, passing.ended = passing.lost or self._lost or _CLIENT_GONE, now()
                self._open.remove(passing)
                self._record(passing)
        self._changed.set()

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._changed.clear()
            await self._changed.wait()
