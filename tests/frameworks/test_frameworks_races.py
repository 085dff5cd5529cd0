"""Handlers of a framework that await between look-up and insert: found in process by each seed, unless they lock."""

import asyncio
from contextlib import nullcontext
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from independent.with_fastapi import (
    EventDestination,
    EventDestinationParameters,
    get_account,
    get_params,
    on_http_error,
    on_invalid,
)
from starlette.exceptions import HTTPException as StarletteHTTPException

from ed_contract import Target, run

ONE = "idempotency/burst/one-destination"


async def account_of(
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))],
) -> str:
    """Find the account, without a thread."""
    return get_account(bearer)


async def refused(request: Request, error: Exception) -> JSONResponse:
    """Put an error into the envelope, without a thread: handlers of errors that are no coroutines get one."""
    return on_invalid(request, error) if isinstance(error, RequestValidationError) else on_http_error(request, error)


def application(*, locks: bool, in_threads: bool = False) -> FastAPI:
    """Make an application whose handler awaits something between look-up and insert."""
    api = FastAPI(exception_handlers={RequestValidationError: refused, StarletteHTTPException: refused})
    replays: dict[Any, Any] = {}
    held: dict[Any, asyncio.Lock] = {}

    @api.post("/v2/core/event_destinations", status_code=201, response_model_exclude_none=True)
    async def create(
        account: Annotated[str, Depends(account_of)],
        params: Annotated[EventDestinationParameters, Depends(get_params)],
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
    ) -> EventDestination:
        sent, scope = params.model_dump(exclude_unset=True), (account, idempotency_key)
        async with held.setdefault(scope, asyncio.Lock()) if locks else nullcontext():
            known = replays.get(scope)
            await (run_in_threadpool(int) if in_threads else asyncio.sleep(0))
            if known is None or idempotency_key is None:
                destination = EventDestination.new(params)
                replays[scope] = sent, destination
                return destination
        if known[0] != sent:
            raise HTTPException(409, "An idempotent retry occurred with different request parameters.")
        return known[1]

    return api


def bursts(app: FastAPI, seed: int) -> Any:
    """Return the report of the bursts of an application."""
    return run(Target.of_app(app, api_key="sk_test_a"), phases=["bursts"], key_age=0, seed=seed)


@pytest.mark.parametrize("seed", range(5))
def test_a_handler_that_awaits_between_look_up_and_insert_is_found(seed):
    """By each seed; the finding names its schedule, and repeats."""
    report = bursts(application(locks=False), seed)
    (found,) = [bug.finding for bug in report.bugs if bug.finding.requirement == ONE]
    assert f"; schedule {found.evidence[-1].request.schedule}" in found.actual
    assert found.repeats
    assert report.coverage["bursts"]["scheduled"] == report.coverage["bursts"]["sent"]


@pytest.mark.parametrize("in_threads", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_one_that_locks_its_key_is_not_accused(seed, in_threads):
    """The same handler, and one that waits for a thread meanwhile."""
    report = bursts(application(locks=True, in_threads=in_threads), seed)
    assert (report.bugs, report.exit_code) == ((), 0)
    assert ("scheduled" in report.coverage["bursts"]) is not in_threads
