"""The reference: a correct server for `POST /v2/core/event_destinations`, written from the page alone.

It imports nothing of `ed_contract` outside this package: it is the second reading of the page.
"""

from ed_contract.reference.application import PATH, Reference
from ed_contract.reference.authentication import DEFAULT_KEYS
from ed_contract.reference.destination import Create, Destination, Document, Json, Params
from ed_contract.reference.fields import EDITIONS, SEED
from ed_contract.reference.refusal import Problem, RefusedError
from ed_contract.reference.server import RunningServer, serve, serve_forever
from ed_contract.reference.store import Remembered, Scope

__all__ = [
    "DEFAULT_KEYS",
    "EDITIONS",
    "PATH",
    "SEED",
    "Create",
    "Destination",
    "Document",
    "Json",
    "Params",
    "Problem",
    "Reference",
    "RefusedError",
    "Remembered",
    "RunningServer",
    "Scope",
    "serve",
    "serve_forever",
]
