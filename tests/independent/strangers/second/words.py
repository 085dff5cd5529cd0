"""Names, and what a refusal and a used key are."""
import threading

PATH = "/v2/core/event_destinations"
ACCOUNTS = {"sk_test_a": "acct_a", "sk_test_b": "acct_b"}
URL, SECRET = "webhook_endpoint.url", "webhook_endpoint.signing_secret"
INCLUDES = (SECRET, URL)
PAYLOADS = ("snapshot", "thin")
TYPES = ("amazon_eventbridge", "webhook_endpoint")
ORIGINS = ("other_accounts", "self")
FIELDS = ("amazon_eventbridge", "description", "enabled_events", "event_payload", "events_from",
          "include", "metadata", "name", "snapshot_api_version", "type", "webhook_endpoint")
REASONS = {200: "OK", 201: "Created", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found",
           405: "Method Not Allowed", 409: "Conflict", 500: "Internal Server Error"}


class Refusal(Exception):
    def __init__(self, status, code, message, type_="invalid_request_error"):
        super().__init__(message)
        self.status, self.code, self.message, self.type = status, code, message, type_


def bad(message, code="parameter_invalid"):
    return Refusal(400, code, message)


class Record:
    """What is known of one idempotency key."""

    def __init__(self, fingerprint):
        self.fingerprint = fingerprint
        self.done = threading.Event()
        self.answer = None      # (status, payload) once finished
        self.obj = None         # the created object
        self.include = ()
