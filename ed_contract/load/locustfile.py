"""What `ed-contract load` gives to Locust."""

from ed_contract.load import CreateUser, configured


class Client(CreateUser):
    """A client as the command line describes it."""

    target = configured.target
    settings = configured.settings
    folder = configured.folder
