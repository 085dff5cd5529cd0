"""Whether a request without a valid credential is refused. The page does not say so, so every row is a SHOULD."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.case import Credential
from ed_contract.checks.context import Context, check, held
from ed_contract.checks.evidence import no_evidence
from ed_contract.finding import Observation, Unclear

_UNAUTHORIZED = 401
_ROWS = {
    Credential.NONE: "auth/no-key",
    Credential.EMPTY: "auth/empty-key",
    Credential.OTHER_SCHEME: "auth/other-scheme",
    Credential.UNKNOWN: "auth/unknown-key",
}


@check(*_ROWS.values())
def wrong_credentials_are_refused(context: Context) -> Iterator[Observation]:
    """Judge the status of a request under a fresh key with a missing or wrong credential."""
    row, answer = _ROWS.get(context.interaction.request.credential), context.answer
    if row is None or answer is None or context.history.is_used_before(context.interaction):
        return  # under a used key, the server may look at the key first
    if answer.says_nothing:
        yield Unclear(requirement=row, reason=f"answered {answer.status}")
    elif answer.refused and (doubt := no_evidence(context)):
        yield Unclear(requirement=row, reason=doubt)
    elif answer.status == _UNAUTHORIZED:
        yield held(row)
    else:
        yield context.finding(
            row,
            "accepted" if answer.successful else str(answer.status),
            expected="401",
            actual=f"{answer.status}",
        )
