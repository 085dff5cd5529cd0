"""What no server of any kind may do: fail, hang, take a body that is none, stop serving, show its insides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from ed_contract.case import Credential, Expectation
from ed_contract.checks.evidence import no_evidence, turned_away
from ed_contract.checks.include import shown_strings
from ed_contract.checks.reading import Reading, check, held
from ed_contract.contract.schemas import member
from ed_contract.finding import Finding, Observation, Unclear
from ed_contract.interaction import AGAIN, CONFLICT, Glimpse, Interaction, NoAnswer, NotRead, NotSent, Response
from ed_contract.record.answers import about, turns_away
from ed_contract.record.losses import IN_EACH, LARGEST, ended_by, lost_in_a_row
from ed_contract.record.values import shown, start

_TRACES = re.compile(
    r"""
    Traceback[ ]\(most[ ]recent[ ]call[ ]last\)
    | \.py",[ ]line[ ]\d
    | \bat[ ][\w.$/]+\([\w$]+\.java:\d+\)
    | \bat[ ][^\n]{0,200}\.[cm]?[jt]s:\d+:\d+
    | node_modules/
    | goroutine[ ]\d+[ ]\[
    """,
    re.VERBOSE,
)
"""What stack traces hold, in the text of an answer or in a string of its JSON."""
_SIGNS = re.compile(rb'Traceback \(most|\.py", line |\.java:|\.[cm]?[jt]s:\d|node_modules/|goroutine \d')
"""Of each of these, what stands nowhere else: it is found in any number of bytes at once."""
AROUND = 1024  # bytes before and after such a sign that are searched
MOST_SUSPICIOUS = 1000  # such parts of one answer


@check("robustness/no-server-error")
def no_request_is_answered_5xx(reading: Reading) -> Iterator[Observation]:
    """Judge the status of any answer; 503 says nothing about the contract."""
    if reading.answer is None:
        return
    if reading.answer.says_nothing:
        yield Unclear(requirement="robustness/no-server-error", reason=f"answered {reading.answer.status} each time")
    elif reading.answer.failed and reading.history.facts.failing and reading.expectation is not Expectation.ACCEPT:
        yield Unclear(requirement="robustness/no-server-error", reason="valid creates are answered 5xx too")
    elif reading.answer.failed and _is_concurrent(reading):
        yield _failed_in_a_burst(reading, reading.answer)
    elif reading.answer.failed:
        yield reading.finding(
            "robustness/no-server-error",
            reading.interaction.case.fault,
            expected="2xx or 4xx, whatever the request",
            actual=f"{reading.answer.status} {_body(reading.answer)}",
        )
    else:
        yield held("robustness/no-server-error")


def _is_concurrent(reading: Reading) -> bool:
    """Whether it was sent with others, and creates of its type are accepted: else it may fail by itself too."""
    facts, this = reading.history.facts, reading.interaction
    return this.burst is not None and not facts.failing and facts.accepted_of(this.chosen) is not None


def _failed_in_a_burst(reading: Reading, answer: Response) -> Finding:
    this = reading.interaction
    together = reading.history.burst(this.burst or 0)
    number = next(place for place, one in enumerate(together, 1) if one.number == this.number)
    under = "one key" if len({one.key for one in together}) == 1 else "different keys"
    sent = f"{len(together)} creates sent concurrently under {under}"
    return reading.finding(
        "robustness/no-server-error",
        f"concurrent creates under {under}",
        expected="2xx or 4xx, however many requests arrive at the same time",
        actual=f"{sent}: answer {number} of {len(together)} is {answer.status} {_body(answer)}",
        before=tuple(one for one in together if one.number != this.number),
    )


def _body(answer: Response) -> str:
    return shown(answer.document) if isinstance(answer.document, dict) else start(answer.body, 80)


@check("robustness/answers")
def every_request_is_answered(reading: Reading) -> Iterator[Observation]:
    """Judge whether an answer came at all; a request that our own client refused to send says nothing.

    An answer may be lost on the way. So it takes the same case again, later on, when a plain create is answered; and of
    answers that are lost in bursts alone, that they are in each of several.
    """
    interaction, answer = reading.interaction, reading.interaction.answer
    if isinstance(answer, NotSent | Glimpse) or interaction.is_probe:
        return
    if isinstance(answer, NotRead):
        yield Unclear(requirement="robustness/answers", reason=answer.reason)
        return
    burst = ended_by(interaction, reading.history)
    if burst and len(burst) <= LARGEST and lost_in_a_row(reading.history, burst) >= IN_EACH:
        yield reading.finding(
            "robustness/answers",
            "one of a burst",
            expected="an answer to each of the requests that come at once",
            actual=f"at least one got none, in each of {IN_EACH} bursts",
            before=burst[:-1],
        )
    elif not isinstance(answer, NoAnswer):
        yield held("robustness/answers")
    elif reason := _why_unanswered(reading, answer):
        yield Unclear(requirement="robustness/answers", reason=reason)
    else:
        yield reading.finding(
            "robustness/answers",
            interaction.case.fault,
            expected="an answer",
            actual=f"none, and none when it was sent again later: {answer.reason}",
        )


def _why_unanswered(reading: Reading, answer: NoAnswer) -> str:
    """Return what the target may not be to blame for, or ""."""
    interaction = reading.interaction
    if interaction.refusal_lost:
        return interaction.refusal_lost
    if answer.cut:
        return f"the run was over before it could be sent again: {answer.reason}"
    probe = reading.history.next_after(interaction)
    serves = probe is not None and probe.is_probe and isinstance(probe.answer, Response)
    if interaction.phase == AGAIN and interaction.burst is None and serves:
        return ""
    return f"no answer, which may have been lost on the way: {answer.reason}"


@check("robustness/keeps-serving")
def the_target_keeps_serving(reading: Reading) -> Iterator[Observation]:
    """Judge the valid create that is sent when cases in a row got no answer."""
    if not reading.interaction.is_probe:
        return
    answer = reading.interaction.answer
    if isinstance(answer, NoAnswer) and answer.cut:
        yield Unclear(requirement="robustness/keeps-serving", reason="the run was over before there was an answer")
    elif isinstance(answer, NoAnswer):
        yield reading.finding(
            "robustness/keeps-serving",
            "down",
            expected="a valid create is still answered",
            actual=f"no answer: {answer.reason}",
            before=_since_when(reading),
        )
    elif reading.answer is not None and reading.answer.successful:
        yield held("robustness/keeps-serving")
    elif reading.answer is not None and reading.answer.failed and not reading.answer.says_nothing:
        yield reading.finding(
            "robustness/keeps-serving",
            "failing",
            expected="a valid create works, as it did before",
            actual=f"{reading.answer.status} after hostile requests",
            before=_since_when(reading),
        )
    elif turns_away(reading.interaction):
        reason = f"answered {reading.interaction.status}, which may be {about(reading.interaction)}"
        yield Unclear(requirement="robustness/keeps-serving", reason=reason)
    elif reading.answer is not None and _refuses_what_it_took(reading, reading.answer):
        yield reading.finding(
            "robustness/keeps-serving",
            "refusing",
            expected="a valid create works, as it did before",
            actual=f"{reading.answer.status} after hostile requests, of which none was accepted",
            before=_since_when(reading),
        )


def _refuses_what_it_took(reading: Reading, answer: Response) -> bool:
    """Whether a create is refused that was taken before, and neither for its key nor for want of room."""
    facts, conflict = reading.history.facts, answer.status == CONFLICT
    return answer.refused and not answer.says_nothing and not conflict and facts.creates and not facts.full


def _since_when(reading: Reading) -> tuple[Interaction, ...]:
    """Return the last interaction that was answered in order, and the first that was not: one of them is the cause."""
    facts, this = reading.history.facts, reading.interaction.number
    return tuple(one for one in (facts.served, facts.failed_since) if one is not None and one.number != this)


@check("robustness/malformed-refused")
def malformed_bodies_are_refused(reading: Reading) -> Iterator[Observation]:
    """Judge a body that is no JSON object."""
    if reading.params is not None or reading.expectation is not Expectation.REJECT or reading.answer is None:
        return
    if reading.gives_the_first:
        return  # the key was looked up, and the body was not looked at
    if reading.answer.successful:
        yield reading.finding(
            "robustness/malformed-refused",
            reading.interaction.case.name,
            expected="4xx: the body is no JSON object",
            actual=f"{reading.answer.status}: accepted",
        )
    elif reading.answer.refused and not reading.answer.says_nothing:
        doubt = no_evidence(reading)
        row = "robustness/malformed-refused"
        yield Unclear(requirement=row, reason=doubt) if doubt else held(row)


@check("robustness/error-envelope")
def refusals_have_the_envelope(reading: Reading) -> Iterator[Observation]:
    """Judge the body of a refusal of something that was to be refused."""
    answer = reading.answer
    expected_refusal = reading.expectation is Expectation.REJECT or reading.first is not None
    if answer is None or not answer.refused or answer.says_nothing or not expected_refusal:
        return
    if turned_away(reading.interaction, reading.history):
        return  # who refuses credentials may be another than who refuses creates
    envelope = reading.contract.parts.envelope
    missing = [place for place in envelope if not isinstance(member(answer.document, place), str)]
    if missing:
        yield reading.finding(
            "robustness/error-envelope",
            f"{answer.status}",
            expected=f"a JSON object with the strings {' and '.join(f'`{one}`' for one in envelope)}",
            actual=f"{answer.status} without `{missing[0]}`: {start(answer.body, 80)}",
        )
    else:
        yield held("robustness/error-envelope")


def _trace(answer: Response, sent: bytes) -> str | None:
    """Return what shows a stack trace in an answer, unless it was sent."""
    # Only what is escaped reads otherwise in the strings of the document.
    escaped = shown_strings(answer.document) if b"\\" in answer.body else ()
    texts = chain((answer.body,), (one.encode("utf-8", "replace") for one in escaped))
    for text in islice(chain.from_iterable(map(_suspicious, texts)), MOST_SUSPICIOUS):
        for found in _TRACES.finditer(text):
            if found[0] not in sent.decode("utf-8", "replace"):
                return found[0]
    return None


def _suspicious(text: bytes) -> Iterator[str]:
    """Yield the parts of a text that may show a stack trace: the rest is neither decoded nor searched."""
    searched = 0
    for found in _SIGNS.finditer(text):
        if found.end() > searched:
            end = found.end() + AROUND
            searched = end - AROUND // 4  # what begins near the end of a part may go on behind it
            yield text[max(0, found.start() - AROUND) : end].decode("utf-8", "replace")


@check("robustness/no-leak")
def no_answer_shows_its_insides(reading: Reading) -> Iterator[Observation]:
    """Judge the body of any answer for stack traces and for the credentials of the run."""
    answer = reading.answer
    if answer is None:
        return
    trace = _trace(answer, reading.interaction.request.body)
    if trace is not None:
        yield reading.finding(
            "robustness/no-leak",
            "stack trace",
            expected="an answer without a stack trace",
            actual=f"the body of a {answer.status} holds {shown(trace)}",
        )
    elif answer.shows_credential and reading.interaction.request.credential is not Credential.UNKNOWN:
        yield reading.finding(
            "robustness/no-leak",
            "credential",
            expected="an answer without the caller's credential",
            actual=f"the body of a {answer.status} holds the key that the request was sent with",
        )
    else:
        yield held("robustness/no-leak")
