"""mobius-idempotence-library: its decorator over its store in memory; it demands a key."""

import asgi
from mobius_idempotence import IdempotencyConfig, IdempotencyManager, idempotent
from mobius_idempotence.backends.memory import MemoryBackend

manager = IdempotencyManager(MemoryBackend(), IdempotencyConfig(fail_open=False))
asgi.serve(asgi.with_keys(idempotent(manager, status_code=200)(asgi.document)))
