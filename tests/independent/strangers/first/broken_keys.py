"""What is wrong with keys: after refusals, between callers, in comparing, in replays, in races."""
import re
import time
from collections import OrderedDict

from .base import SECRET_FIELD, Kept, Refusal, Server, conflict
from .bugs import bug, changed


# ------------------------------------------------------ keys after a failure
@bug("refused-url-leaves-key-in-progress",
     "A keyed request refused for its webhook_endpoint or amazon_eventbridge object leaves the key in progress for ever: "
     "the corrected or repeated request gets 409 idempotency_key_in_use though nothing runs and the parameters are valid.")
class RefusedUrlStuck(Server):
    def __init__(self):
        super().__init__()
        self.in_progress = set()

    def process(self, raw, account, key):
        p = self.parse(raw)
        self.validate_shape(p)
        self.validate_include(p)
        slot = self.slot(account, key) if key else None
        if slot in self.in_progress:
            raise Refusal(409, "idempotency_key_in_use", "Another request with this key is in progress.",
                          "idempotency_error")
        try:
            self.validate_config(p)
        except Refusal:
            if slot:
                self.in_progress.add(slot)
            raise
        return self.create(p, account, key)


@bug("bad-include-retry-is-conflict",
     "A keyed request refused for its include is recorded without include, so the very same request again is answered "
     "409 idempotency_error although its parameters did not differ.")
class BadIncludeRetry(Server):
    def __init__(self):
        super().__init__()
        self.begun = {}

    def process(self, raw, account, key):
        p = self.parse(raw)
        slot = self.slot(account, key) if key else None
        if slot in self.begun and self.begun[slot] != self.fingerprint(p):
            raise conflict()
        try:
            self.validate_include(p)
        except Refusal:
            if slot:
                core = {k: v for k, v in p.items() if k != "include"}
                self.validate(core)  # any other fault is refused first, and not recorded
                self.begun[slot] = self.fingerprint(core)
            raise
        self.validate(p)
        self.begun.pop(slot, None)
        return self.create(p, account, key)


@bug("success-after-refusal-not-remembered",
     "When the first request under a key was refused, the later success under that key is not remembered (insert or "
     "ignore), so each retry makes another destination instead of giving the same one.")
class SuccessAfterRefusal(Server):
    def __init__(self):
        super().__init__()
        self.refused = set()

    def process(self, raw, account, key):
        p = self.parse(raw)
        try:
            self.validate(p)
        except Refusal:
            slot = self.slot(account, key) if key else None
            if slot and slot not in self.keys:
                self.refused.add(slot)
            raise
        return self.create(p, account, key)

    def remember(self, slot, kept):
        if slot not in self.refused:
            super().remember(slot, kept)


@bug("conflict-overwrites-fingerprint",
     "A 409 saves the conflicting request's fingerprint over the first one's: the true retry is then answered "
     "idempotency_error and the conflicting request, sent again, gets a destination with other parameters.")
class ConflictOverwrites(Server):
    def conflict(self, p, kept, fp):
        kept.fp = fp
        return conflict()


# ------------------------------------------------------- callers and accounts
@bug("replay-before-authentication",
     "The stored answer for a key and body is served before the API key is looked at when there is no Authorization "
     "header at all, where 401 is due.")
class ReplayBeforeAuth(Server):
    def unauthenticated(self, environ, raw):
        key = self.idempotency_key(environ)
        if key and "HTTP_AUTHORIZATION" not in environ:
            try:
                fp = self.fingerprint(self.parse(raw))
            except Refusal:
                fp = None
            with self.lock:
                for (_, k), kept in self.keys.items():
                    if k == key and kept.fp == fp:
                        return self.replay_status, [], self.dump(kept.obj)
        return super().unauthenticated(environ, raw)


@bug("same-key-and-body-shared-between-accounts",
     "Answers are looked up by key and body only, so a second account sending the same key and the same parameters is "
     "given the first account's destination instead of its own.")
class SharedBetweenAccounts(Server):
    def recall(self, slot, fp):
        kept = super().recall(slot, fp)
        if kept is None:
            for (_, key), other in self.keys.items():
                if key == slot[1] and other.fp == fp:
                    return other
        return kept


# -------------------------------------------------------------- shape of keys
@bug("key-cut-at-128",
     "Idempotency keys are cut at 128 characters, so two long keys that differ later are one: a new request is answered "
     "with an old destination or a false idempotency_error.")
class KeyCut(Server):
    def slot(self, account, key):
        return account, key[:128]


@bug("key-case-insensitive",
     "Idempotency keys are compared without regard to case (a case-insensitive collation), so two different keys are "
     "taken for an idempotent retry.")
class KeyCase(Server):
    def slot(self, account, key):
        return account, key.lower()


@bug("key-leading-zeros-dropped",
     "Runs of digits in idempotency keys lose their leading zeros, so order-007 and order-7 are taken for the same key "
     "and the second is not a request of its own.")
class KeyZeros(Server):
    def slot(self, account, key):
        return account, re.sub(r"[0-9]+", lambda m: m.group().lstrip("0") or "0", key)


# --------------------------------------------------------------- fingerprints
@bug("fingerprint-ignores-aws-region",
     "The fingerprint leaves out amazon_eventbridge.aws_region, so a retry with another region gets the old destination "
     "instead of 409 idempotency_error.")
class FpRegion(Server):
    def comparable(self, p):
        if isinstance(p.get("amazon_eventbridge"), dict):
            aws = {k: v for k, v in p["amazon_eventbridge"].items() if k != "aws_region"}
            return changed(p, amazon_eventbridge=aws)
        return p


@bug("fingerprint-joins-events-without-separator",
     "The fingerprint joins enabled_events with nothing between them, so ['a.b', 'c'] and ['a.', 'bc'] are the same "
     "parameters to it and the 409 is not given.")
class FpJoin(Server):
    def comparable(self, p):
        return changed(p, enabled_events="".join(p["enabled_events"]))


@bug("fingerprint-collapses-spaces-in-description",
     "The fingerprint trims description and collapses its white space, so a retry whose description differs in spaces or "
     "line ends gets the old destination instead of 409 idempotency_error.")
class FpSpaces(Server):
    def comparable(self, p):
        if "description" in p:
            return changed(p, description=" ".join(p["description"].split()))
        return p


@bug("fingerprint-cuts-url-at-255",
     "The fingerprint looks at the first 255 characters of webhook_endpoint.url only, so a retry with a long URL that "
     "differs at its end gets the old destination instead of 409 idempotency_error.")
class FpUrl(Server):
    def comparable(self, p):
        if "webhook_endpoint" in p:
            return changed(p, webhook_endpoint=changed(p["webhook_endpoint"],
                                                       url=p["webhook_endpoint"]["url"][:255]))
        return p


# -------------------------------------------------------------------- replays
@bug("retry-rotates-signing-secret",
     "An idempotent retry that includes webhook_endpoint.signing_secret runs the secret generation again and shows "
     "another secret for the same destination, so it is not the same answer.")
class RetryRotates(Server):
    def replay(self, kept, p, account):
        if p["type"] == "webhook_endpoint" and SECRET_FIELD in self.included(p):
            kept.row["secret"] = self.new_secret()
            return self.render(kept.row, p)
        return kept.obj


@bug("third-retry-shows-second-row",
     "Every retry inserts another row behind the first answer, and from the third retry on (cache gone) the newest row "
     "is shown: the same key and parameters give another destination.")
class ThirdRetry(Server):
    def replay(self, kept, p, account):
        row = self.make(p, account)
        kept.hits += 1
        return kept.obj if kept.hits < 3 else self.render(row, p)


@bug("remembers-96-keys",
     "Only the 96 most recent keys are remembered (by all accounts together), so a retry of an older one makes a second "
     "destination.")
class Remembers96(Server):
    def __init__(self):
        super().__init__()
        self.keys = OrderedDict()

    def remember(self, slot, kept):
        super().remember(slot, kept)
        while len(self.keys) > 96:
            self.keys.popitem(last=False)


@bug("conflict-is-400-on-snapshot",
     "When the request is for the snapshot payload the conflict is answered in v1 style, with status 400 instead of the "
     "409 that the page gives idempotency_error.")
class Conflict400(Server):
    def conflict(self, p, kept, fp):
        r = conflict()
        if p["event_payload"] == "snapshot":
            r.status = 400
        return r


# ---------------------------------------------------------------------- races
@bug("race-select-then-insert",
     "The key is looked up and, some 12 ms later, inserted with no lock: twins that arrive together each make a "
     "destination under one key.")
class RaceInsert(Server):
    def create(self, p, account, key):
        if key is None:
            return super().create(p, account, key)
        slot, fp = self.slot(account, key), self.fingerprint(p)
        kept = self.recall(slot, fp)
        if kept is not None:
            if kept.fp != fp:
                raise conflict()
            return self.replay_status, kept.obj, []
        time.sleep(0.012)
        row = self.make(p, account)
        obj = self.render(row, p)
        self.keys.setdefault(slot, Kept(fp, obj, row))
        return self.created_status, obj, []


@bug("race-include-on-shared-object",
     "The include list is parked on the shared handler for some 4 ms while the row is written, so of requests without a "
     "key that run together one is rendered with the other's include (a secret is shown unasked, or a URL is not shown).")
class RaceInclude(Server):
    def make(self, p, account):
        self.wanted = p.get("include", [])
        row = super().make(p, account)
        time.sleep(0.004)
        return row

    def included(self, p):
        return self.wanted
