"""What a run finds with each package: requirement and fault. The comments say what curl showed, by hand, once."""

from __future__ import annotations

NOTHING = (
    "idempotency/replay [another destination]",
    "idempotency/conflict/status [another made]",
    "idempotency/conflict/keeps-first [another destination]",
    "idempotency/refused/remembers [another destination]",
    "idempotency/lost-answer [another destination]",
    "idempotency/remembers [another destination]",
    "idempotency/burst/one-destination [several destinations]",
    "idempotency/burst/one-body [several destinations]",
    "idempotency/same-parameters [another destination]",
    "idempotency/conflict/absent-or-empty [description]",
    "idempotency/conflict/absent-or-empty [metadata]",
)
"""Of the create without a package: keys are ignored, and nothing else is found."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "none, with FastAPI": NOTHING,
    "none, with Django": NOTHING,
    "none, with Express": NOTHING,
    "none, with Nest": NOTHING,
    # Key again with another name, spaces, key order: 200, the first id; so for sk_test_b, for no and for a wrong
    # credential. A fresh key with a wrong credential: 401, and 401 again for the owner. An empty description after
    # none is 200 too.
    "asgi-idempotency-header": (
        "idempotency/conflict/status [first given again]",
        "idempotency/refused/owner [refused]",
        "idempotency/conflict/absent-or-empty [description]",
        "idempotency/conflict/absent-or-empty [metadata]",
        "idempotency/account-scoped [shown]",
        "idempotency/credential-scoped [no credential]",
        "idempotency/credential-scoped [an unknown credential]",
    ),
    # Key and body again: 409 with the first document. Another name, other spaces: 200, another id.
    "django-idempotency-key": (
        "idempotency/replay [refused]",
        "idempotency/conflict/status [another made]",
        "idempotency/conflict/keeps-first [refused]",
        "idempotency/refused/remembers [refused]",
        "idempotency/burst/one-destination [refused]",
        "idempotency/burst/one-destination [several destinations]",
        "idempotency/burst/one-body [several destinations]",
        "idempotency/same-parameters [another destination]",
        "idempotency/same-parameters [refused]",
        "idempotency/conflict/absent-or-empty [description]",
        "idempotency/conflict/absent-or-empty [metadata]",
        "robustness/error-envelope [409]",
    ),
    # Changed or reformatted body: 409 {"message": "Parameter mismatch, ..."}; upper-case UUID, other body: the
    # same. Key of sk_test_a with sk_test_b: the first id. Keys x, "q", a,b, empty, UUID:1: 500. A 401, then
    # the owner with another body: 409.
    "djangorestframework-idempotency-key": (
        "idempotency/conflict/code [no code]",
        "idempotency/keys-independent [conflict]",
        "idempotency/refused/owner [refused]",
        "idempotency/same-parameters [refused]",
        "idempotency/account-scoped [shown]",
        "robustness/no-server-error [a valid create]",
        "robustness/no-server-error [key with one character]",
        "robustness/no-server-error [key with a blank inside]",
        "robustness/no-server-error [key with quotes]",
        "robustness/no-server-error [key with a comma]",
        "robustness/no-server-error [key with markup]",
        "robustness/no-server-error [a key that differs in the last of 130 characters]",
        "robustness/no-server-error [a key that differs in the last of 255 characters]",
        "robustness/no-server-error [a key that differs in zeros before a number]",
        "robustness/no-server-error [a key that differs in an escape]",
        "robustness/no-server-error [a key that differs behind a comma]",
        "robustness/no-server-error [a key that differs in a blank]",
        "robustness/no-server-error [key with letters beyond ASCII]",
        "robustness/no-server-error [key with no characters]",
        "robustness/error-envelope [409]",
    ),
    # As asgi-idempotency-header. In a burst of two bodies both get one id: the view ran twice, one answer was swapped.
    "drf-idem": (
        "idempotency/conflict/status [first given again]",
        "idempotency/refused/owner [refused]",
        "idempotency/burst/one-body [given to another body]",
        "idempotency/conflict/absent-or-empty [description]",
        "idempotency/conflict/absent-or-empty [metadata]",
        "idempotency/account-scoped [shown]",
        "idempotency/credential-scoped [no credential]",
        "idempotency/credential-scoped [an unknown credential]",
    ),
    # Changed or reformatted body: 422. sk_test_b, no and wrong credential: 200, the first id. 401, then the owner: 401.
    "drf-idempotency": (
        "idempotency/conflict/status [422]",
        "idempotency/refused/owner [refused]",
        "idempotency/same-parameters [refused]",
        "idempotency/account-scoped [shown]",
        "idempotency/credential-scoped [no credential]",
        "idempotency/credential-scoped [an unknown credential]",
        "robustness/error-envelope [422]",
    ),
    # Changed or reformatted body: 409 with errors[0].error_code. Upper-case UUID with another body: the same 409.
    "drf-idempotencykey": (
        "idempotency/conflict/code [no code]",
        "idempotency/keys-independent [conflict]",
        "idempotency/same-parameters [refused]",
        "robustness/error-envelope [409]",
    ),
    # Changed or reformatted body: 422. The same body twice without a key, within ten seconds: the same id.
    "fastapi-idempotency": (
        "idempotency/conflict/status [422]",
        "idempotency/no-key [the same destination]",
        "idempotency/same-parameters [refused]",
        "robustness/error-envelope [422]",
    ),
    # Changed or reformatted body: 422. sk_test_b, no and wrong credential: 200, the first id.
    "fastapi-idempotency-key": (
        "idempotency/conflict/status [422]",
        "idempotency/same-parameters [refused]",
        "idempotency/account-scoped [shown]",
        "idempotency/credential-scoped [no credential]",
        "idempotency/credential-scoped [an unknown credential]",
        "robustness/error-envelope [422]",
    ),
    # As fastapi-idempotency-key; a 401, then the owner: 401. A key of 255 characters: 500.
    "fastidempotent": (
        "idempotency/conflict/status [422]",
        "idempotency/refused/owner [refused]",
        "idempotency/same-parameters [refused]",
        "idempotency/account-scoped [shown]",
        "idempotency/credential-scoped [no credential]",
        "idempotency/credential-scoped [an unknown credential]",
        "robustness/no-server-error [key with 255 characters]",
        "robustness/no-server-error [a key that differs in the last of 255 characters]",
        "robustness/error-envelope [422]",
    ),
    # Changed body: 422. sk_test_b, no and wrong credential: the first id. 401, then the owner: 401. 10,000 levels, and
    # an integer of 5,000 digits: 500.
    "ichido": (
        "idempotency/conflict/status [422]",
        "idempotency/refused/owner [refused]",
        "idempotency/account-scoped [shown]",
        "idempotency/credential-scoped [no credential]",
        "idempotency/credential-scoped [an unknown credential]",
        "robustness/no-server-error [an integer of 5,000 digits]",
        "robustness/no-server-error [10,000 levels deep]",
        "robustness/error-envelope [422]",
    ),
    # Changed or reformatted body: 409 idempotency_key_reused.
    "idemgate": (
        "idempotency/conflict/code [another code]",
        "idempotency/same-parameters [refused]",
    ),
    # Changed body: 422. 10,000 levels, a lone surrogate as an escape or in UTF-8: 500.
    "idemkit": (
        "idempotency/conflict/status [422]",
        "robustness/no-server-error [a surrogate in UTF-8]",
        "robustness/no-server-error [10,000 levels deep]",
        "robustness/no-server-error [name, description and metadata with a lone surrogate]",
        "robustness/error-envelope [422]",
    ),
    # Reformatted body, another User-Agent, `Connection: close`: 409, since all headers are compared. A body that is not
    # UTF-8: 500.
    "idemptx": (
        "idempotency/burst/one-destination [refused]",
        "idempotency/same-parameters [refused]",
        "robustness/no-server-error [invalid UTF-8]",
        "robustness/no-server-error [an overlong encoding]",
        "robustness/no-server-error [a surrogate in UTF-8]",
        "robustness/no-server-error [UTF-16]",
    ),
    # Changed or reformatted body: 422. sk_test_b: 200, the first id.
    "mobius-idempotence-library": (
        "idempotency/conflict/status [422]",
        "idempotency/same-parameters [refused]",
        "idempotency/account-scoped [shown]",
        "robustness/error-envelope [422]",
    ),
    # sk_test_b: 200, the first id.
    "pyidempotent": ("idempotency/account-scoped [shown]",),
    # Changed body or key order: 422. sk_test_b: 200, the first id. 10,000 levels: 500.
    "@node-idempotency/nestjs": (
        "idempotency/conflict/status [422]",
        "idempotency/same-parameters [refused]",
        "idempotency/account-scoped [shown]",
        "robustness/no-server-error [10,000 levels deep]",
        "robustness/error-envelope [422]",
    ),
    # Changed body: 417 as HTML. sk_test_b, no and wrong credential: 200, the first id.
    "express-idempotency": (
        "idempotency/conflict/status [417]",
        "idempotency/account-scoped [shown]",
        "idempotency/credential-scoped [no credential]",
        "idempotency/credential-scoped [an unknown credential]",
        "robustness/error-envelope [417]",
    ),
}

SOMETIMES = {
    "asgi-idempotency-header": {"idempotency/burst/one-body [given to another body]"},
    "django-idempotency-key": {
        "idempotency/burst/one-destination [several destinations]",
        "idempotency/burst/one-destination [refused]",
        "idempotency/burst/one-body [several destinations]",
    },
    "drf-idem": {"idempotency/burst/one-body [given to another body]"},
    "idemptx": {"idempotency/burst/one-destination [refused]"},
}
"""What a burst shows, or not, as its requests happen to meet; found in most runs."""
