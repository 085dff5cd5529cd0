"""The zoo: broken servers, each the reference with one behaviour replaced, and right ones that use a latitude.

A server of the zoo that no requirement catches shows what the checks do not see; a right one that is accused
shows where they see too much. It knows the reference alone, so that it is a judge of the checks and no part.
"""

from ed_contract.mutants import (
    auth,
    choices,
    combinations,
    conflicts,
    crashes,
    documents,
    echo,
    forgetting,
    forms,
    idempotency,
    include,
    keys,
    races,
    refusals,
    refusing,
    request,
    response,
    right_answers,
    right_decisions,
    right_http,
    right_keys,
    right_meetings,
    right_refusals,
    robustness,
    some_creates,
    writing,
)
from ed_contract.mutants.serving import restartable, serving
from ed_contract.mutants.words import Mutant, One, RightServer, mutant, right

MUTANTS: tuple[Mutant, ...] = (
    *request.MUTANTS,
    *forms.MUTANTS,
    *refusals.MUTANTS,
    *response.MUTANTS,
    *documents.MUTANTS,
    *writing.MUTANTS,
    *echo.MUTANTS,
    *choices.MUTANTS,
    *include.MUTANTS,
    *idempotency.MUTANTS,
    *conflicts.MUTANTS,
    *keys.MUTANTS,
    *forgetting.MUTANTS,
    *races.MUTANTS,
    *crashes.MUTANTS,
    *robustness.MUTANTS,
    *refusing.MUTANTS,
    *auth.MUTANTS,
    *combinations.MUTANTS,
    *some_creates.MUTANTS,
)
"""All broken servers, by area."""

RIGHT: tuple[RightServer, ...] = (
    *right_answers.RIGHT,
    *right_refusals.RIGHT,
    *right_decisions.RIGHT,
    *right_keys.RIGHT,
    *right_http.RIGHT,
    *right_meetings.RIGHT,
)
"""All right servers, by the latitude they use."""

__all__ = ["MUTANTS", "RIGHT", "Mutant", "One", "RightServer", "mutant", "restartable", "right", "serving"]
