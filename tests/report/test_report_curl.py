"""The script that repeats a finding: where the credential goes, and what was lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from common.interactions import WEBHOOK

from ed_contract.case import Credential, Expectation, HangUp, Key, case
from ed_contract.interaction import Interaction, NoAnswer, Request
from ed_contract.report.curl import script


def _asked(credential):
    """Return a create that was sent with a credential."""
    return Interaction(
        number=1,
        phase="auth",
        case=case("a create", WEBHOOK, Expectation.ACCEPT),
        key=None,
        form=None,
        request=Request(method="POST", path="/", headers=(), body=b"{}", credential=credential),
        answer=NoAnswer(reason="late"),
    )


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
            '"Authorization: Bearer ${ED_CONTRACT_API_KEY}_nobodys"',
            '"X-Api-Key: ${ED_CONTRACT_API_KEY}_nobodys"',
        ),
    ],
)
def test_the_credential_goes_where_the_target_takes_it(credential, usual, own):
    """In any header but Authorization by itself."""
    one = _asked(credential)
    assert f"-H {usual} " in script([one], "http://h")
    assert f"-H {own} " in script([one], "http://h", auth_header="X-Api-Key")


@pytest.mark.parametrize(
    ("lost", "unanswered", "burst", "cut"),
    [(True, 1, None, True), (True, 0, None, False), (True, 1, 1, False), (False, 0, None, False)],
)
def test_a_create_whose_answer_was_lost_is_cut_short_first(lost, unanswered, burst, cut):
    """With the same key and body; not where it was 429 that came first, nor in a burst."""
    one = replace(_asked(Credential.FIRST), lost=lost, unanswered=unanswered, burst=burst)
    lines = script([one], "https://example.com/x")
    assert lines.count("curl ") == 1 + cut
    assert lines.count("--max-time 0.2") == cut
    assert lines.count(" || true") == cut
    if cut:
        note, first, again = lines.split("\n", 1)[0], *lines.split("curl ")[1:]
        assert note == "# Its first answer was lost: this attempt is cut short."
        assert first.partition("https")[2].removesuffix(" || true\n") == again.partition("https")[2]


@pytest.mark.parametrize(
    ("how", "note", "cut"),
    [
        (HangUp.SENT, "# The connection is closed before the answer is read.", True),
        (HangUp.UNDER_WAY, "# The connection is closed before the answer is read.", True),
        (
            HangUp.SEEN,
            "# The connection is reset as soon as the answer has shown its id; curl reads all of it, and closes it.",
            False,
        ),
    ],
)
def test_a_create_at_which_we_hung_up_says_so(how, note, cut):
    """Curl cannot end a connection as abruptly: the words say what was done."""
    one = _asked(Credential.FIRST)
    lines = script([replace(one, request=replace(one.request, hangs_up=how))], "https://example.com/x")
    assert lines.startswith(f"{note}\ncurl ")
    assert lines.count("curl ") == 1 + (not cut)  # the note names it too
    assert lines.count("--max-time 0.2") == cut


def test_what_another_client_sends_is_written_as_it_writes_it():
    """The name of the key's header too, and who it is; of our own creates that says nothing."""
    headers = (("User-Agent", "other/1"), ("idempotency-key", "a-key"))
    one = replace(_asked(Credential.FIRST), key="a-key", form=Key(template="a-key"))
    one = replace(one, request=replace(one.request, headers=headers))
    theirs = replace(one, case=replace(one.case, headers=headers))
    assert "-H 'User-Agent: other/1'" in script([theirs], "http://h")
    assert "-H 'idempotency-key: a-key'" in script([theirs], "http://h")
    assert "User-Agent" not in script([one], "http://h")


def test_fresh_keys_have_the_prefix_of_those_of_the_run():
    """Of other forms nothing is known: they are UUIDs."""
    key = "Key_a0025bdd-d666-4ade-aa76-b480419c0ccb"
    prefixed, plain = (replace(_asked(Credential.FIRST), key=one, form=Key()) for one in (key, key[4:]))
    assert script([prefixed], "http://h").startswith("K1=Key_$(cat ")
    assert script([plain], "http://h").startswith("K1=$(cat ")
    assert "  K=Key_$(cat " in script([prefixed], "http://h", between=2)
