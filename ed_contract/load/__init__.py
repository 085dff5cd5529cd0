"""Load that is judged: Locust users whose tasks are scripts of a run, each answer judged as it comes.

    # locustfile.py: locust -f locustfile.py --host http://127.0.0.1:8000
    from ed_contract.load import CreateUser


    class Client(CreateUser):
        api_key = "sk_test_a"

Needs the extra `load`. A finding is a failure, named `requirement [fault]`. Every process writes what it sent into a
record, and `ed-contract merge` judges all records as one history.
"""

from ed_contract.load.user import CreateUser

__all__ = ["CreateUser"]
