"""What no server may do: fail, hang, accept a malformed body, stop serving, leak its internals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from ed_contract.case import Credential, Expectation
from ed_contract.checks.context import Context, check, held
from ed_contract.checks.evidence import no_evidence, turned_away
from ed_contract.checks.include import shown_strings
from ed_contract.contract.schemas import member
from ed_contract.finding import Finding, Observation, Unclear
from ed_contract.interaction import AGAIN, CONFLICT, Glimpse, Interaction, NoAnswer, NotRead, NotSent, Response
from ed_contract.record.answers import about, in_turns, turns_away
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
"""Parts of stack traces, in the text of an answer or in a string of its JSON."""
_SIGNS = re.compile(rb'Traceback \(most|\.py", line |\.java:|\.[cm]?[jt]s:\d|node_modules/|goroutine \d')
"""The part of each that occurs nowhere else: it is found quickly in any number of bytes."""
AROUND = 1024  # bytes searched before and after such a part
MOST_SUSPICIOUS = 1000  # such parts searched in one answer


@check("robustness/no-server-error")
def no_request_is_answered_5xx(context: Context) -> Iterator[Observation]:
    """Judge the status of any answer; 503 says nothing about the contract."""
    if context.answer is None:
        return
    if context.answer.says_nothing:
        yield Unclear(requirement="robustness/no-server-error", reason=f"answered {context.answer.status} each time")
    elif context.answer.failed and context.history.facts.failing and context.expectation is not Expectation.ACCEPT:
        yield Unclear(requirement="robustness/no-server-error", reason="valid creates are answered with 5xx too")
    elif context.answer.failed and _is_concurrent(context):
        yield _failed_in_a_burst(context, context.answer)
    elif context.answer.failed:
        yield context.finding(
            "robustness/no-server-error",
            context.interaction.case.fault,
            expected="2xx or 4xx, whatever the request",
            actual=f"{context.answer.status} {_body(context.answer)}",
        )
    else:
        yield held("robustness/no-server-error")


def _is_concurrent(context: Context) -> bool:
    """Whether it was sent with others, and creates of its type are accepted; otherwise it may fail by itself too."""
    facts, this = context.history.facts, context.interaction
    return this.burst is not None and not facts.failing and facts.accepted_of(this.chosen) is not None


def _failed_in_a_burst(context: Context, answer: Response) -> Finding:
    this = context.interaction
    together = context.history.burst(this.burst or 0)
    number = next(place for place, one in enumerate(together, 1) if one.number == this.number)
    under = "one key" if len({one.key for one in together}) == 1 else "different keys"
    sent = f"{len(together)} creates sent concurrently under {under}"
    return context.finding(
        "robustness/no-server-error",
        f"concurrent creates under {under}",
        expected="2xx or 4xx, however many requests arrive concurrently",
        actual=f"{sent}: answer {number} of {len(together)} is {answer.status} {_body(answer)}{in_turns(this)}",
        before=tuple(one for one in together if one.number != this.number),
    )


def _body(answer: Response) -> str:
    return shown(answer.document) if isinstance(answer.document, dict) else start(answer.body, 80)


@check("robustness/answers")
def every_request_is_answered(context: Context) -> Iterator[Observation]:
    """Judge whether an answer came at all; a request that our own client refused to send says nothing.

    An answer may be lost in transit. So a finding takes a second loss of the same case, later, while a plain create is
    answered; or, for answers lost only in bursts, a loss in each of several.
    """
    interaction, answer = context.interaction, context.interaction.answer
    if isinstance(answer, NotSent | Glimpse) or interaction.is_probe:
        return
    if isinstance(answer, NotRead):
        yield Unclear(requirement="robustness/answers", reason=answer.reason)
        return
    burst = ended_by(interaction, context.history)
    if burst and len(burst) <= LARGEST and lost_in_a_row(context.history, burst) >= IN_EACH:
        yield context.finding(
            "robustness/answers",
            "one of a burst",
            expected="an answer to each of several concurrent requests",
            actual=f"at least one got none in each of {IN_EACH} bursts",
            before=burst[:-1],
        )
    elif not isinstance(answer, NoAnswer):
        yield held("robustness/answers")
    elif reason := _why_unanswered(context, answer):
        yield Unclear(requirement="robustness/answers", reason=reason)
    else:
        yield context.finding(
            "robustness/answers",
            interaction.case.fault,
            expected="an answer",
            actual=f"none, even when the request was resent later: {answer.reason}",
        )


def _why_unanswered(context: Context, answer: NoAnswer) -> str:
    """Return why the target may not be to blame, or ""."""
    interaction = context.interaction
    if interaction.refusal_lost:
        return interaction.refusal_lost
    if answer.cut:
        return f"the run ended before it could be resent: {answer.reason}"
    probe = context.history.next_after(interaction)
    serves = probe is not None and probe.is_probe and isinstance(probe.answer, Response)
    if interaction.phase == AGAIN and interaction.burst is None and serves:
        return ""
    return f"no answer, which may have been lost in transit: {answer.reason}"


@check("robustness/keeps-serving")
def the_target_keeps_serving(context: Context) -> Iterator[Observation]:
    """Judge the valid create that is sent after several cases in a row got no answer."""
    if not context.interaction.is_probe:
        return
    answer = context.interaction.answer
    if isinstance(answer, NoAnswer) and answer.cut:
        yield Unclear(requirement="robustness/keeps-serving", reason="the run ended before an answer came")
    elif isinstance(answer, NoAnswer):
        yield context.finding(
            "robustness/keeps-serving",
            "down",
            expected="a valid create is still answered",
            actual=f"no answer: {answer.reason}",
            before=_since_when(context),
        )
    elif context.answer is not None and context.answer.successful:
        yield held("robustness/keeps-serving")
    elif context.answer is not None and context.answer.failed and not context.answer.says_nothing:
        yield context.finding(
            "robustness/keeps-serving",
            "failing",
            expected="a valid create still works, as before",
            actual=f"{context.answer.status} after hostile requests",
            before=_since_when(context),
        )
    elif turns_away(context.interaction):
        reason = f"answered {context.interaction.status}, which may be {about(context.interaction)}"
        yield Unclear(requirement="robustness/keeps-serving", reason=reason)
    elif context.answer is not None and _refuses_what_it_took(context, context.answer):
        yield context.finding(
            "robustness/keeps-serving",
            "refusing",
            expected="a valid create still works, as before",
            actual=f"{context.answer.status} after hostile requests, none of which was accepted",
            before=_since_when(context),
        )


def _refuses_what_it_took(context: Context, answer: Response) -> bool:
    """Whether a create is refused that was accepted before, and neither for its key nor because of a quota."""
    facts, conflict = context.history.facts, answer.status == CONFLICT
    return answer.refused and not answer.says_nothing and not conflict and facts.creates and not facts.full


def _since_when(context: Context) -> tuple[Interaction, ...]:
    """Return the last interaction that was answered properly, and the first that was not: one is the cause."""
    facts, this = context.history.facts, context.interaction.number
    return tuple(one for one in (facts.served, facts.failed_since) if one is not None and one.number != this)


@check("robustness/malformed-refused")
def malformed_bodies_are_refused(context: Context) -> Iterator[Observation]:
    """Judge a body that is not a JSON object."""
    if context.params is not None or context.expectation is not Expectation.REJECT or context.answer is None:
        return
    if context.gives_the_first:
        return  # the server looked up the key, and ignored the body
    if context.answer.successful:
        yield context.finding(
            "robustness/malformed-refused",
            context.interaction.case.name,
            expected="4xx: the body is not a JSON object",
            actual=f"{context.answer.status}: accepted",
        )
    elif context.answer.refused and not context.answer.says_nothing:
        doubt = no_evidence(context)
        row = "robustness/malformed-refused"
        yield Unclear(requirement=row, reason=doubt) if doubt else held(row)


@check("robustness/error-envelope")
def refusals_have_the_envelope(context: Context) -> Iterator[Observation]:
    """Judge the body of an expected refusal."""
    answer = context.answer
    expected_refusal = context.expectation is Expectation.REJECT or context.first is not None
    if answer is None or not answer.refused or answer.says_nothing or not expected_refusal:
        return
    if turned_away(context.interaction, context.history):
        return  # another component may refuse credentials than refuses creates
    envelope = context.contract.parts.envelope
    missing = [place for place in envelope if not isinstance(member(answer.document, place), str)]
    if missing:
        yield context.finding(
            "robustness/error-envelope",
            f"{answer.status}",
            expected=f"a JSON object with the strings {' and '.join(f'`{one}`' for one in envelope)}",
            actual=f"{answer.status} without `{missing[0]}`: {start(answer.body, 80)}",
        )
    else:
        yield held("robustness/error-envelope")


def _trace(answer: Response, sent: bytes) -> str | None:
    """Return the sign of a stack trace in an answer, unless it was sent."""
    # Only escaped text reads differently in the document's strings.
    escaped = shown_strings(answer.document) if b"\\" in answer.body else ()
    texts = chain((answer.body,), (one.encode("utf-8", "replace") for one in escaped))
    for text in islice(chain.from_iterable(map(_suspicious, texts)), MOST_SUSPICIOUS):
        for found in _TRACES.finditer(text):
            if found[0] not in sent.decode("utf-8", "replace"):
                return found[0]
    return None


def _suspicious(text: bytes) -> Iterator[str]:
    """Yield the parts of a text that may hold a stack trace; the rest is neither decoded nor searched."""
    searched = 0
    for found in _SIGNS.finditer(text):
        if found.end() > searched:
            end = found.end() + AROUND
            searched = end - AROUND // 4  # what begins near the end of a part may continue after it
            yield text[max(0, found.start() - AROUND) : end].decode("utf-8", "replace")


@check("robustness/no-leak")
def no_answer_shows_its_insides(context: Context) -> Iterator[Observation]:
    """Judge whether the body of any answer contains a stack trace or a credential of the run."""
    answer = context.answer
    if answer is None:
        return
    trace = _trace(answer, context.interaction.request.body)
    if trace is not None:
        yield context.finding(
            "robustness/no-leak",
            "stack trace",
            expected="an answer without a stack trace",
            actual=f"the body of a {answer.status} contains {shown(trace)}",
        )
    elif answer.shows_credential and context.interaction.request.credential is not Credential.UNKNOWN:
        yield context.finding(
            "robustness/no-leak",
            "credential",
            expected="an answer without the caller's credential",
            actual=f"the body of a {answer.status} contains the API key that the request was sent with",
        )
    else:
        yield held("robustness/no-leak")
