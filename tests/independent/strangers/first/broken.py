"""Forty servers, each the base with exactly one bug."""
from . import broken_keys, broken_values
from .bugs import BROKEN

__all__ = ["BROKEN", "broken_keys", "broken_values"]
