"""Load that is judged: Locust users whose tasks are scripts of a run, each answer judged as it comes.

Needs the extra `load`. A class of a locustfile that is derived from `CreateUser` is all it takes. A finding is a
failure, named `requirement [fault]`. Every process writes what it sent into a record, and `ed-contract judge` judges
all records as one history.
"""

from ed_contract.load.user import CreateUser

__all__ = ["CreateUser"]
