"""`python -m ed_contract` is the command `ed-contract`."""

from __future__ import annotations

from ed_contract.cli import main

if __name__ == "__main__":
    main()
