"""`POST /v2/core/event_destinations` as a Django project in one file, for WSGI and for ASGI."""

import hashlib
import json
import secrets
import threading
from datetime import UTC, datetime

import django
from django.conf import settings

settings.configure(
    SECRET_KEY=secrets.token_hex(),
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    DATA_UPLOAD_MAX_MEMORY_SIZE=1024 * 1024,
    LOGGING_CONFIG=None,
)
django.setup()

from django.core.asgi import get_asgi_application  # noqa: E402 - Django's modules want its settings
from django.core.exceptions import RequestDataTooBig, ValidationError  # noqa: E402
from django.core.validators import URLValidator  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402
from django.views.decorators.http import require_POST  # noqa: E402

OWNERS = {"Bearer sk_test_a": "a", "Bearer sk_test_b": "b"}
LOCK = threading.Lock()
KNOWN = {}
"""Of each account and key: a digest of what was asked for, and the destination that came of it."""


class Refused(Exception):  # noqa: N818 - reads as the state it names
    """The create is refused."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.answer = JsonResponse({"error": {"code": code, "message": message}}, status=status)


def text(value, name):
    """Require a string."""
    if not isinstance(value, str) or not value:
        raise Refused(400, "invalid", f"{name}: a string that is not empty is wanted")
    return value


def texts(value, name, among=None):
    """Require a list of strings, or of some strings."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Refused(400, "invalid", f"{name}: a list of strings is wanted")
    if among is not None and not set(value) <= among:
        raise Refused(400, "invalid", f"{name}: one of {sorted(among)} is wanted")
    return value


def one_of(value, name, among):
    """Require one of some strings."""
    if not isinstance(value, str) or value not in among:
        raise Refused(400, "invalid", f"{name}: one of {sorted(among)} is wanted")
    return value


def mapping(value, name):
    """Require an object of strings."""
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise Refused(400, "invalid", f"{name}: an object of strings is wanted")
    return value


def read(request):
    """Return the parameters."""
    try:
        params = json.loads(request.body.decode(), parse_constant=int)
    except (ValueError, RecursionError, RequestDataTooBig) as error:
        raise Refused(400, "invalid_json", "JSON is wanted") from error
    if not isinstance(params, dict):
        raise Refused(400, "invalid_json", "an object is wanted")
    return {name: value for name, value in params.items() if value is not None}


def made(params, now):
    """Return the destination that the parameters ask for, with all that can be included."""
    kind = one_of(params.get("type"), "type", {"amazon_eventbridge", "webhook_endpoint"})
    config = mapping(params.get(kind), kind)
    payload = one_of(params.get("event_payload"), "event_payload", {"snapshot", "thin"})
    version = params.get("snapshot_api_version")
    destination = {
        "id": f"evtdst_{secrets.token_hex(8)}",
        "object": "v2.core.event_destination",
        "name": text(params.get("name"), "name"),
        "description": params.get("description", ""),
        "type": kind,
        "event_payload": payload,
        "enabled_events": texts(params.get("enabled_events"), "enabled_events"),
        "events_from": texts(params.get("events_from", ["self"]), "events_from", {"self", "other_accounts"}),
        "metadata": mapping(params.get("metadata", {}), "metadata"),
        "snapshot_api_version": None if version is None or payload == "thin" else text(version, "snapshot_api_version"),
        "livemode": False,
        "status": "enabled",
        "created": now,
        "updated": now,
    }
    if not isinstance(destination["description"], str) or not destination["enabled_events"]:
        raise Refused(400, "invalid", "description or enabled_events: not as it should be")
    if version is not None:
        text(version, "snapshot_api_version")
    texts(params.get("include", []), "include", {"webhook_endpoint.signing_secret", "webhook_endpoint.url"})
    if kind == "webhook_endpoint":
        try:
            URLValidator(schemes=["http", "https"])(text(config.get("url"), "webhook_endpoint.url"))
        except ValidationError as error:
            raise Refused(400, "invalid", "webhook_endpoint.url: a URL is wanted") from error
        return destination | {kind: {"url": config["url"], "signing_secret": f"whsec_{secrets.token_hex(16)}"}}
    account, region = (text(config.get(name), f"{kind}.{name}") for name in ("aws_account_id", "aws_region"))
    arn = f"arn:aws:events:{region}::event-source/aws.partner/stripe.com/{destination['id']}"
    source = {"aws_event_source_arn": arn, "aws_event_source_status": "pending"}
    return destination | {kind: {"aws_account_id": account, **source}}


def answered(destination, params):
    """Return the answer: the destination with what was asked to be included."""
    shown = dict(destination)
    if shown["type"] == "webhook_endpoint":
        include = params.get("include", [])
        shown["webhook_endpoint"] = {
            name: value for name, value in shown["webhook_endpoint"].items() if f"webhook_endpoint.{name}" in include
        }
    return JsonResponse(shown, status=200)


def conflict():
    """Return the answer to a used key with other parameters."""
    return Refused(409, "idempotency_error", "the key was used with other parameters").answer


@csrf_exempt
@require_POST
def create(request):
    """Create an event destination."""
    owner = OWNERS.get(request.headers.get("Authorization"))
    if owner is None:
        return JsonResponse({"error": {"code": "unauthorized", "message": "a key is wanted"}}, status=401)
    try:
        params = read(request)
        destination = made(params, datetime.now(UTC).isoformat())
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return answered(destination, params)
        asked = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).digest()
        with LOCK:
            before, known = KNOWN.setdefault((owner, key), (asked, destination))
        return answered(known, params) if before == asked else conflict()
    except Refused as refused:
        return refused.answer


urlpatterns = [path("v2/core/event_destinations", create)]
asgi = get_asgi_application()

wsgi = get_wsgi_application()
