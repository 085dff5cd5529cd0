"""The script that repeats a finding: where the credential goes."""

from __future__ import annotations

import pytest
from common.interactions import WEBHOOK

from ed_contract.case import Credential, Expectation, case
from ed_contract.interaction import Interaction, NoAnswer, Request
from ed_contract.report.curl import script


@pytest.mark.parametrize(
    ("credential", "usual", "own"),
    [
        (Credential.FIRST, '"Authorization: Bearer $ED_CONTRACT_API_KEY"', '"X-Api-Key: $ED_CONTRACT_API_KEY"'),
        (
            Credential.SECOND,
            '"Authorization: Bearer $ED_CONTRACT_SECOND_API_KEY"',
            '"X-Api-Key: $ED_CONTRACT_SECOND_API_KEY"',
        ),
        (Credential.EMPTY, "'Authorization: Bearer'", "'X-Api-Key;'"),
        (
            Credential.OTHER_SCHEME,
            '"Authorization: Digest $ED_CONTRACT_API_KEY"',
            '"X-Api-Key: Digest $ED_CONTRACT_API_KEY"',
        ),
        (
            Credential.UNKNOWN,
            "'Authorization: Bearer sk_test_nobody_has_this_key'",
            "'X-Api-Key: sk_test_nobody_has_this_key'",
        ),
    ],
)
def test_the_credential_goes_where_the_target_takes_it(credential, usual, own):
    """In any header but Authorization by itself."""
    one = Interaction(
        number=1,
        phase="auth",
        case=case("a create", WEBHOOK, Expectation.ACCEPT),
        key=None,
        form=None,
        request=Request(method="POST", path="/", headers=(), body=b"{}", credential=credential),
        answer=NoAnswer(reason="late"),
    )
    assert f"-H {usual} " in script([one], "http://h")
    assert f"-H {own} " in script([one], "http://h", auth_header="X-Api-Key")
