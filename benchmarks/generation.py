"""How fast creates are drawn: by ours, a naive fixed_dictionaries, and Schemathesis on the document of the page.

    uv run python benchmarks/generation.py
    uv run --with schemathesis python benchmarks/generation.py

They take turns in one process, and are compared by the median of the ratios of neighbours.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ed_contract import strategies as ed
from ed_contract.contract import CONTRACT

EXAMPLES = 300
ROUNDS = 9


def seconds(strategy: SearchStrategy[Any]) -> float:
    """Return how long drawing the examples takes."""

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(_: Any) -> None:  # noqa: ANN401 - whatever is drawn
        """Do nothing."""

    began = time.perf_counter()
    draw()
    return time.perf_counter() - began


def naive() -> SearchStrategy[Any]:
    """The strategy that anyone would write first: the same fields and values, with optional ones in `optional`."""

    def creates(kind: str, config: SearchStrategy[Any], payload: str) -> SearchStrategy[Any]:
        return st.fixed_dictionaries(
            {
                "name": ed.names(),
                "type": st.just(kind),
                "event_payload": st.just(payload),
                "enabled_events": ed.enabled_events(payload),
                kind: config,
            },
            optional={
                "description": ed.descriptions(),
                "metadata": ed.metadata(),
                "events_from": ed.events_from(),
                **({"include": ed.includes()} if kind == "webhook_endpoint" else {}),
                **({"snapshot_api_version": ed.api_versions()} if payload == "snapshot" else {}),
            },
        )

    webhook = st.fixed_dictionaries({"url": ed.webhook_urls()})
    bridge = st.fixed_dictionaries({"aws_account_id": ed.aws_account_ids(), "aws_region": ed.aws_regions()})
    configs = (("webhook_endpoint", webhook), ("amazon_eventbridge", bridge))
    return st.one_of(*(creates(kind, config, payload) for kind, config in configs for payload in ("thin", "snapshot")))


def of_schemathesis() -> SearchStrategy[Any] | None:
    """Return Schemathesis' strategy for the document of the page, or None if it is not installed."""
    try:
        import schemathesis  # type: ignore[import-not-found]  # noqa: PLC0415 - no dependency of ours
    except ImportError:
        return None
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(CONTRACT.document)))
    return schema["/v2/core/event_destinations"]["POST"].as_strategy()  # type: ignore[no-any-return]


def main() -> None:
    """Print the table."""
    contenders: dict[str, Callable[[], SearchStrategy[Any] | None]] = {
        "naive fixed_dictionaries": naive,
        "schemathesis as_strategy()": of_schemathesis,
    }
    print(f"{EXAMPLES} examples, {ROUNDS} rounds, medians; a ratio above 1 says that ours is faster")
    for name, make in contenders.items():
        other = make()
        if other is None:
            print(f"{name:<28} not installed: uv run --with schemathesis python benchmarks/generation.py")
            continue
        ours = ed.create_params()
        pairs = [(seconds(ours), seconds(other)) for _ in range(ROUNDS)]
        ratio = statistics.median(theirs / mine for mine, theirs in pairs)
        rates = (EXAMPLES / statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"{name:<28} {ratio:.2f} x  ({', '.join(f'{rate:.0f}/s' for rate in rates)}: ours, theirs)")


if __name__ == "__main__":
    main()
