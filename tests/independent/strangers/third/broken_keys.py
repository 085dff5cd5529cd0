"""What is wrong with keys, and what fails."""
import json
import time

from .base import PAYLOADS, Refused, Server, digest
from .broken_values import Stored
from .bugs import BROKEN, bug


# ---- idempotency ------------------------------------------------------------------------------------
@bug("The fingerprint is taken of what the object shows, so `aws_region` is not in it: another region is replayed.")
class FingerprintWithoutRegion(Server):
    def fingerprint(self, body):
        body = dict(body)
        if isinstance(body.get("amazon_eventbridge"), dict):
            body["amazon_eventbridge"] = dict(body["amazon_eventbridge"], aws_region=None)
        return super().fingerprint(body)


@bug("The fingerprint joins name and description without separator: ab + c is taken for a + bc.")
class FingerprintConcatenated(Server):
    def fingerprint(self, body):
        name, description = body.get("name"), body.get("description")
        if not isinstance(name, str) or not isinstance(description, str):
            return super().fingerprint(body)
        rest = {n: v for n, v in body.items() if n not in ("name", "description")}
        return name + description + json.dumps(rest, sort_keys=True)


@bug("A retry is compared field by field over the retry's own fields: one that leaves a field out is replayed.")
class CompareOneSided(Server):
    def same(self, slot, body):
        return all(name in slot.body and digest(slot.body[name]) == digest(value) for name, value in body.items())


@bug("Idempotency keys are lower-cased: Key-A and key-a are one key.")
class KeyLowercased(Server):
    def place(self, account, key, body):
        return (account, key.lower())


@bug("Idempotency keys are cut to 64 characters: long keys with a common beginning are one key.")
class KeyTruncated(Server):
    def place(self, account, key, body):
        return (account, key[:64])


@bug("The replay cache is found by a hash of key and body without the account: account B, with A's key and A's body, "
     "is given A's object.")
class ReplayAcrossAccounts(Server):
    def keyed(self, account, key, body):
        if account in self.keys.values():
            with self.lock:
                others = [slot for (owner, name), slot in self.slots.items() if name == key and owner != account]
                own = self.slots.get((account, key))
            if own is None or own.answer is None:
                for slot in others:
                    if slot.answer is not None and self.same(slot, body):
                        return self.replay(slot)
        return super().keyed(account, key, body)


@bug("Replays are served by a layer in front of authentication: a used key and its body get the object with a "
     "wrong or without API key.")
class ReplayBeforeAuth(Server):
    def unknown_caller(self, environ, raw):
        key = self.key(environ)
        if key is not None:
            try:
                body = self.parse(raw)
            except Refused:
                return super().unknown_caller(environ, raw)
            with self.lock:
                slots = [slot for (_, name), slot in self.slots.items() if name == key]
            for slot in slots:
                if slot.answer is not None and self.same(slot, body):
                    return self.replay(slot)
        return super().unknown_caller(environ, raw)


@bug("A conflicting retry overwrites the stored fingerprint: the original request is then refused with 409.")
class ConflictOverwrites(Server):
    def conflict(self, slot, body):
        slot.body, slot.print = body, self.fingerprint(body)
        return super().conflict(slot, body)


@bug("The row that a refused create left for its key is never updated: the corrected create succeeds, but is not "
     "remembered, and each repetition makes another object.")
class RefusalSpoilsKey(Server):
    def keyed(self, account, key, body):
        slot = self.slot(account, key, body)
        try:
            return super().keyed(account, key, body)
        except Refused as refusal:
            if refusal.status == 400:
                slot.spoiled = True
            raise

    def remember(self, slot, body, answer):
        if not getattr(slot, "spoiled", False):
            super().remember(slot, body, answer)


@bug("Look-up and insertion of a key are not atomic: twins in flight together make two objects.")
class TwinsRace(Server):
    def keyed(self, account, key, body):
        slot = self.slot(account, key, body)
        if slot.answer is not None:
            if not self.same(slot, body):
                return self.conflict(slot, body)
            return self.replay(slot)
        answer = self.execute(account, body)
        self.remember(slot, body, answer)
        return answer

    def remember(self, slot, body, answer):
        with slot.lock:
            super().remember(slot, body, answer)

    def new_secret(self):
        time.sleep(0.04)  # the key service
        return super().new_secret()


@bug("The handler is a singleton that keeps the current request's parameters in an attribute: creates in flight "
     "together (no key needed) get each other's values.")
class SharedHandlerMixup(Server):
    def execute(self, account, body):
        self.params = self.validate(body)
        time.sleep(0.02)  # a connection from the pool
        row = self.build(account, self.params)
        self.store(row)
        row = self.load(row["id"])
        return self.ok_status, self.render(row, self.params["include"])


# ---- crashes ----------------------------------------------------------------------------------------
@bug("`value in {…}` with an unhashable value: `event_payload` as a list or object gives 500 instead of 400.")
class UnhashableEnumCrash(Server):
    def take_event_payload(self, body):
        value = body.get("event_payload")
        if value is not None and value not in set(PAYLOADS):
            self.bad("event_payload", "must be one of " + ", ".join(PAYLOADS))
        return super().take_event_payload(body)


@bug("The replay reads `webhook_endpoint` of every stored answer: replaying an EventBridge create gives 500.")
class ReplayEventbridgeCrash(Server):
    def replay(self, slot):
        status, payload = super().replay(slot)
        payload["webhook_endpoint"] = dict(payload["webhook_endpoint"])
        return status, payload


@bug("The audit line is a format string that already holds the description: braces in a description give 500.")
class BracesCrash(Server):
    def build(self, account, params):
        ("created " + (params["description"] or "") + " for {account}").format(account=account)
        return super().build(account, params)


@bug("A name of more than 255 characters is neither accepted nor refused: the database error gives 500.")
class LongNameCrash(Stored):
    def column(self, row):
        if len(row["name"]) > 255:
            raise RuntimeError("Data too long for column 'name'")


assert len(BROKEN) == 40, len(BROKEN)
