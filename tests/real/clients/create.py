"""A create by the vendor's Python client, for `ed-contract client`: `create.py sync|async [RETRIES]`."""

import asyncio
import os
import sys

import life
import stripe

how, *retries = sys.argv[1:]
options = {"max_network_retries": int(retries[0])} if retries else {}
addresses = {"api": os.environ["ED_CONTRACT_URL"]}
client = stripe.StripeClient(os.environ["ED_CONTRACT_API_KEY"], base_addresses=addresses, **options)
call = life.plain if how == "sync" else life.awaited
asyncio.run(call(client.v2.core.event_destinations, "create", life.WEBHOOK | {"include": [life.SECRET]}))
