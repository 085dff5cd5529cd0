"""Test servers for POST /v2/core/event_destinations.

BROKEN and RIGHT map a name to (factory, sentence); a factory called without arguments gives a fresh WSGI application.
"""
from .base import Server
from .broken import BROKEN
from .right import RIGHT

__all__ = ["Server", "BROKEN", "RIGHT"]
