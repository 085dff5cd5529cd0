from .broken import BROKEN
from .right import RIGHT

__all__ = ["BROKEN", "RIGHT"]
