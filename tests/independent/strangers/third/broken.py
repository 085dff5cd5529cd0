"""40 servers with one realistic bug each. A factory is the class itself."""
from . import broken_values, broken_keys
from .bugs import BROKEN

__all__ = ["BROKEN", "broken_values", "broken_keys"]
