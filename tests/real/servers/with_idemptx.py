"""idemptx: its decorator over its store in memory; what it raises is left to the application to answer."""

import asgi
import honest
from idemptx import idempotent
from idemptx.backend import InMemoryBackend
from idemptx.exceptions import ConflictRequestException, RequestInProgressException

app = asgi.bare()
app.exception_handler(ConflictRequestException)(asgi.conflict)
app.exception_handler(RequestInProgressException)(asgi.in_progress)
app.post(honest.PATH)(idempotent(storage_backend=InMemoryBackend(), required=False)(asgi.endpoint))
asgi.serve(app)
