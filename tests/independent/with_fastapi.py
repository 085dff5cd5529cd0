"""`POST /v2/core/event_destinations` as a FastAPI application with pydantic models."""

import contextlib
import secrets
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect

Text = Annotated[str, Field(min_length=1)]
ACCOUNTS = {"sk_test_a": "acct_a", "sk_test_b": "acct_b"}


class Strict(BaseModel):
    """A model that coerces nothing and takes nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Common(Strict):
    """What the request and the answer have in common."""

    description: str | None = None
    enabled_events: Annotated[list[str], Field(min_length=1)]
    event_payload: Literal["snapshot", "thin"]
    events_from: list[Literal["other_accounts", "self"]] | None = None
    metadata: dict[str, str] | None = None
    name: Text
    snapshot_api_version: str | None = None
    type: Literal["amazon_eventbridge", "webhook_endpoint"]


class AmazonEventbridgeParameters(Strict):
    """Where in AWS the events go."""

    aws_account_id: Text
    aws_region: Text


class WebhookEndpointParameters(Strict):
    """Where on the web the events go."""

    url: Annotated[str, Field(pattern="^https?://")]


class EventDestinationParameters(Common):
    """The body of the request."""

    amazon_eventbridge: AmazonEventbridgeParameters | None = None
    include: list[Literal["webhook_endpoint.signing_secret", "webhook_endpoint.url"]] | None = None
    webhook_endpoint: WebhookEndpointParameters | None = None

    @model_validator(mode="after")
    def fits_together(self) -> Self:
        """Require the configuration of the type, and only that one."""
        configs = {"amazon_eventbridge": self.amazon_eventbridge, "webhook_endpoint": self.webhook_endpoint}
        if [self.type] != [name for name, config in configs.items() if config]:
            raise ValueError("the configuration of the type, and only that one, is required")
        if self.event_payload == "thin" and self.snapshot_api_version is not None:
            raise ValueError("`snapshot_api_version` goes with the snapshot payload")
        return self


class AmazonEventbridge(Strict):
    """An EventBridge configuration in the answer."""

    aws_account_id: str
    aws_event_source_arn: str
    aws_event_source_status: Literal["active", "deleted", "pending", "unknown"] = "pending"


class WebhookEndpoint(Strict):
    """A webhook configuration in the answer."""

    signing_secret: str | None = None
    url: str | None = None


class EventDestination(Common):
    """The body of the answer."""

    id: str
    object: Literal["v2.core.event_destination"] = "v2.core.event_destination"
    amazon_eventbridge: AmazonEventbridge | None = None
    created: datetime
    livemode: bool = False
    status: Literal["disabled", "enabled"] = "enabled"
    status_details: dict[str, Any] | None = None
    updated: datetime
    webhook_endpoint: WebhookEndpoint | None = None

    @classmethod
    def new(cls, params: EventDestinationParameters) -> Self:
        """Make the destination that the parameters describe."""
        identifier, now = f"ed_test_{secrets.token_hex(20)}", datetime.now(UTC)
        bridge = webhook = None
        if aws := params.amazon_eventbridge:
            arn = f"arn:aws:events:{aws.aws_region}::event-source/aws.partner/stripe.com/{identifier}"
            bridge = AmazonEventbridge(aws_account_id=aws.aws_account_id, aws_event_source_arn=arn)
        if web := params.webhook_endpoint:
            values = {"signing_secret": f"whsec_{secrets.token_urlsafe(24)}", "url": web.url}
            shown = {field.removeprefix("webhook_endpoint.") for field in params.include or []}
            webhook = WebhookEndpoint(**{field: value for field, value in values.items() if field in shown})
        common = params.model_dump(include=set(Common.model_fields), exclude_none=True)
        defaults = {"id": identifier, "created": now, "updated": now, "events_from": ["self"], "metadata": {}}
        return cls(**defaults | common, amazon_eventbridge=bridge, webhook_endpoint=webhook)


def get_account(bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]) -> str:
    """Find the account of the bearer token."""
    if bearer is None or bearer.credentials not in ACCOUNTS:
        raise HTTPException(401, "Invalid API key.", headers={"WWW-Authenticate": "Bearer"})
    return ACCOUNTS[bearer.credentials]


async def get_params(request: Request) -> EventDestinationParameters:
    """Parse the body with pydantic's own parser, which is stricter than Python's."""
    try:
        return EventDestinationParameters.model_validate_json(await request.body())
    except ClientDisconnect as error:
        raise HTTPException(400, "The body ended too early.") from error
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False, include_input=False)) from error


router = APIRouter(prefix="/v2/core")


@router.post("/event_destinations", status_code=201, response_model_exclude_none=True)
def create_event_destination(
    account: Annotated[str, Depends(get_account)],
    params: Annotated[EventDestinationParameters, Depends(get_params)],
    request: Request,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> EventDestination:
    """Create an event destination, unless the key has already created one."""
    store, sent = request.app.state, params.model_dump(exclude_unset=True)
    with store.lock:
        if idempotency_key is None or (account, idempotency_key) not in store.replays:
            destination = EventDestination.new(params)
            store.destinations[account, destination.id] = destination
            if idempotency_key is not None:
                store.replays[account, idempotency_key] = sent, destination
            return destination
        first, destination = store.replays[account, idempotency_key]
    if first != sent:
        raise HTTPException(409, "An idempotent retry occurred with different request parameters.")
    return destination


def on_invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
    """Name the first thing that is wrong: 400 when it is no JSON, 422 when it is the wrong JSON."""
    first = error.errors()[0]
    message = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    status, code = (400, "invalid_json") if first["type"] == "json_invalid" else (422, "invalid_fields")
    return JSONResponse({"error": {"code": code, "message": message}}, status)


def on_http_error(_request: Request, error: StarletteHTTPException) -> JSONResponse:
    """Put an HTTP error into the error envelope."""
    code = {401: "unauthorized", 409: "idempotency_error"}.get(error.status_code, "bad_request")
    return JSONResponse({"error": {"code": code, "message": error.detail}}, error.status_code, error.headers)


def create_app() -> FastAPI:
    """Make an application that has no destinations."""
    api = FastAPI(exception_handlers={RequestValidationError: on_invalid, StarletteHTTPException: on_http_error})
    api.state.lock, api.state.destinations, api.state.replays = threading.Lock(), {}, {}
    api.include_router(router)
    return api


app = create_app()


@contextlib.contextmanager
def serve() -> Iterator[str]:
    """Serve a fresh application on a free port of 127.0.0.1 and yield the base URL."""
    config = uvicorn.Config(create_app(), port=0, log_config=None, access_log=False, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
