"""The pools and the fields: realistic, readable, and shrinking to the plainest value."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ed_contract import strategies as ed
from ed_contract.contract import CONTRACT
from ed_contract.kinds import kind_of

MEMBERS = CONTRACT.request_spec.members
SPECS = {
    **{name: MEMBERS[name] for name in ("name", "description", "metadata", "enabled_events", "snapshot_api_version")},
    "url": MEMBERS["webhook_endpoint"].members["url"],
    **MEMBERS["amazon_eventbridge"].members,
}
POOLS = {name: kind_of(spec).usual(spec) for name, spec in SPECS.items()}
"""The realistic values of the kinds, which the written cases use."""
MINIMAL = {
    "names": (ed.names(), "Orders"),
    "descriptions": (ed.descriptions(), "Orders"),
    "enabled_events": (ed.enabled_events(), ["v1.billing.meter.error_report_triggered"]),
    "snapshot events": (ed.enabled_events("snapshot"), ["customer.created"]),
    "aws_account_ids": (ed.aws_account_ids(), "123456789012"),
    "aws_regions": (ed.aws_regions(), "us-east-1"),
    "webhook_urls": (ed.webhook_urls(), "https://example.com/"),
    "metadata": (ed.metadata(), {"team": "billing"}),
    "metadata or none": (ed.metadata(min_size=0), {}),
    "api_versions": (ed.api_versions(), "2024-09-30.acacia"),
    "events_from": (ed.events_from(), ["self"]),
    "includes": (ed.includes(), ["webhook_endpoint.url"]),
    "idempotency_keys": (ed.idempotency_keys(), "0"),
}


def is_plain_text(text: str, longest: int) -> bool:
    """Whether a text is readable, and unchanged by anything that servers do to texts."""
    return (
        0 < len(text) <= longest
        and text.isprintable()
        and text == text.strip()
        and unicodedata.normalize("NFC", text) == text
    )


@pytest.mark.parametrize("name", MINIMAL)
def test_each_field_shrinks_to_its_plainest_value(name):
    """A failing property test shows nothing irrelevant."""
    strategy, smallest = MINIMAL[name]
    assert find(strategy, lambda _: True) == smallest


@given(ed.names(), ed.descriptions())
def test_names_and_descriptions_are_readable(name, description):
    """At most 60 and 100 characters, trimmed, composed, without control characters."""
    assert is_plain_text(name, 60)
    assert is_plain_text(description, 100)


def test_the_pools_are_as_readable_as_the_strategies():
    """The written cases take their values from them."""
    assert [name for name in POOLS["name"] if not is_plain_text(name, 60)] == []
    assert [text for text in POOLS["description"] if not is_plain_text(text, 100)] == []
    assert all(len(set(map(str, pool))) == len(pool) for pool in POOLS.values())


@given(ed.metadata() | st.sampled_from([one for one in POOLS["metadata"] if one]))
def test_metadata_is_a_small_map_of_strings(entries):
    """As in the platform's documentation: short keys without brackets, values of limited length."""
    assert 1 <= len(entries) <= 8
    for key, value in entries.items():
        assert is_plain_text(key, 40)
        assert not set(key) & {"[", "]"}
        assert is_plain_text(value, 200)


@given(ed.metadata(min_size=3, max_size=5), ed.metadata(min_size=8))
def test_metadata_has_the_size_that_is_asked_for(some, most):
    """Bounds are included."""
    assert 3 <= len(some) <= 5
    assert len(most) == 8


@given(ed.enabled_events("thin"), ed.enabled_events("snapshot", max_size=2))
def test_events_are_of_one_family_without_duplicates(thin, snapshot):
    """Thin events carry the version of their API, snapshot events do not."""
    assert all(re.fullmatch(r"v[12](\.[a-z_]+)+", event) for event in thin)
    assert all(re.fullmatch(r"(?!v[12]\.)[a-z_]+(\.[a-z_]+)+", event) for event in snapshot)
    assert len(set(thin)) == len(thin) <= 8
    assert len(set(snapshot)) == len(snapshot) <= 2


def test_events_come_in_orders_that_are_not_the_alphabets():
    """So that a server that sorts them is caught."""
    pool = POOLS["enabled_events"]
    thin = [one for one in pool if one[0].startswith(("v1.", "v2."))]
    for lists in ([one for one in thin if one[1:]], [one for one in pool if one[1:] and one not in thin]):
        assert sum(list(one) != sorted(one) for one in lists) > len(lists) / 3


@given(ed.aws_account_ids() | st.sampled_from(POOLS["aws_account_id"]), ed.aws_regions())
def test_accounts_and_regions_look_real(account, region):
    """12 digits, and the name of a region."""
    assert re.fullmatch(r"\d{12}", account, re.ASCII)
    assert re.fullmatch(r"[a-z]{2}-[a-z]+-\d", region)


@given(ed.webhook_urls() | st.sampled_from(POOLS["url"]))
def test_urls_are_https_and_in_the_form_in_which_libraries_leave_them(url):
    """On hosts reserved for examples, with a path and without the default port."""
    parts = urlsplit(url)
    assert parts.scheme == "https"
    assert re.fullmatch(r"(www\.)?example\.(com|org|net)", parts.hostname)
    assert parts.netloc == parts.netloc.lower()
    assert parts.path.startswith("/")
    assert parts.port is None
    assert parts.geturl() == url
    assert url.isascii()


@given(ed.idempotency_keys(), ed.idempotency_keys(max_size=3))
def test_keys_are_visible_ascii(key, short):
    """Any header can carry them."""
    assert re.fullmatch(r"[!-~]{1,64}", key)
    assert re.fullmatch(r"[!-~]{1,3}", short)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ed.enabled_events("fat"),
        lambda: ed.enabled_events(max_size=0),
        lambda: ed.metadata(min_size=3, max_size=2),
        lambda: ed.metadata(max_size=9),
        lambda: ed.idempotency_keys(max_size=0),
    ],
)
def test_arguments_that_leave_nothing_are_refused(wrong):
    """In Hypothesis' own words, when the strategy is made."""
    with pytest.raises(InvalidArgument):
        wrong()
