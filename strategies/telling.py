"""Values in which most faults show at once, for creates whose point is how they combine their options.

A server that changes the names of one combination alone is to be found by the combination, not by the luck of a
name in which its change can be seen. So every text here has letters of both cases and beyond ASCII, a digit, and a
character that some escape; every list has several elements in no alphabetical order; every id has leading zeros.
All are as realistic as those of `values`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ed_contract.strategies import values
from ed_contract.strategies.rotation import copied
from ed_contract.strategies.values import (
    API_VERSIONS,
    AWS_ACCOUNT_IDS,
    AWS_REGIONS,
    EVENT_LISTS,
    METADATA,
    WEBHOOK_URLS,
)

TELLING: Mapping[str, Sequence[Any]] = {
    "name": (
        "Zürich & Genève – Büro Nr. 3",
        "注文 Orders & Returns, 2nd_Level",
        "Заказы от O'Brien & Co. #7",
        "Tom & Jerry's Café (EU) 2",
        "Łódź / magazyn Nr 3 & Spółka",
        "📦 Parcels & Letters, Zone 1",
        "주문 Order's Desk & Alerts 4",
        "Événements d'Île-de-France & DOM 974",
        "Παραγγελίες & Επιστροφές No. 5",
    ),
    "description": (
        "Erhält Rechnungen; geprüft von Jürgen & Søren am 2. Mai.",
        "Données de facturation – à conserver 10 ans 📁, see O'Neill & Co.",
        "計量エラー (Meter errors) & 2 more, for the Tōkyō office.",
        "Получает события для учёта: 100 % сразу & без потерь",
        "Feeds José's ledger: 1 row an event, never 2 (audited)",
    ),
    "metadata": (
        {"Owner": "Jürgen & Søren", "order_id": "0047", "reviewed": "true", "release": "1.10"},
        {"team": "Büro's EU desk", "Ticket": "OPS-1204", "cost-center": "004711", "active": "false"},
        {"region": "東京 & Ōsaka", "Env": "Prod", "retries": "0", "archived": "null"},
        {"z_last": "a – First", "A_first": "z & Last", "count": "012", "b": "true"},
        {"Contact": "Łukasz + ops@example.com", "since": "2024", "paused": "false", "path": "a/B?c=%20"},
        *(entries for entries in METADATA if len(entries) > 1),
    ),
    **{
        payload: [one for one in lists if len(one) > 2 and list(one) != sorted(one)]  # noqa: PLR2004 - ends and a middle
        for payload, lists in EVENT_LISTS.items()
    },
    "url": (
        "https://example.com/Hook/a%20b?token=Ab3%2Fx%3D%3D&Sig=Zm9v",
        "https://example.net/Webhooks/Stripe_v2/In?Source=stripe&id=042",
        "https://www.example.com/Events/%E2%9C%93/In.php?q=caf%C3%A9&X=1",
        *(url for url in WEBHOOK_URLS if "?" in url),
    ),
    "aws_account_id": [one for one in AWS_ACCOUNT_IDS if one.startswith("0")],
    "aws_region": AWS_REGIONS,
    "snapshot_api_version": [one for one in API_VERSIONS if not one[-1].isdigit()],
}
"""Pools by the name of the field, as `values.POOLS` has them."""


def telling_values() -> SearchStrategy[dict[str, Any]]:
    """Maps of a telling value for each field; names and descriptions have something random behind it."""
    fields = {field: st.sampled_from(pool).map(copied) for field, pool in TELLING.items()}
    for field in ("name", "description"):
        fields[field] = st.builds("{} {}".format, fields[field], values.texts(12))
    return st.fixed_dictionaries(fields)
