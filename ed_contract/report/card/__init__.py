"""The behaviour card: what a server does where its contract leaves the choice. Nothing on it is judged."""

from ed_contract.report.card.trait import Seen, Trait

__all__ = ["Seen", "Trait"]
