"""What is refused, field by field."""
from urllib.parse import urlsplit

from .words import FIELDS, INCLUDES, ORIGINS, PAYLOADS, TYPES, URL, bad


class Validation:
    # ---- validation -------------------------------------------------------------------------
    def validate(self, body):
        self.check_unknown(body, FIELDS, "")
        body = self.drop_nulls(body)
        out = {
            "name": self.check_name(body),
            "type": self.check_type(body),
            "event_payload": self.check_payload(body),
            "enabled_events": self.check_events(body),
            "description": self.check_description(body),
            "events_from": self.check_events_from(body),
            "include": self.check_include(body),
            "metadata": self.check_metadata(body),
        }
        out["snapshot_api_version"] = self.check_version(body, out["event_payload"])
        self.check_configs(body, out["type"])
        out["webhook_endpoint"] = out["amazon_eventbridge"] = None
        if out["type"] == "webhook_endpoint":
            out["webhook_endpoint"] = self.check_webhook(body["webhook_endpoint"])
        else:
            out["amazon_eventbridge"] = self.check_eventbridge(body["amazon_eventbridge"])
        return out

    def check_unknown(self, mapping, known, where):
        for field in mapping:
            if field not in known:
                raise bad("Unknown field: %s%s" % (where, field), "parameter_unknown")

    def drop_nulls(self, body):
        required = ("name", "type", "event_payload", "enabled_events")
        return {k: v for k, v in body.items() if v is not None or k in required}

    def string(self, mapping, field, where="", empty=False):
        if field not in mapping:
            raise bad("Missing required field: %s%s" % (where, field), "parameter_missing")
        value = mapping[field]
        if not isinstance(value, str):
            raise bad("%s%s must be a string." % (where, field))
        if not value and not empty:
            raise bad("%s%s must not be empty." % (where, field))
        return value

    def enum(self, value, allowed, field):
        if not isinstance(value, str) or value not in allowed:
            raise bad("%s must be one of %s." % (field, ", ".join(allowed)))
        return value

    def check_name(self, body):
        return self.string(body, "name")

    def check_type(self, body):
        return self.enum(self.string(body, "type"), TYPES, "type")

    def check_payload(self, body):
        return self.enum(self.string(body, "event_payload"), PAYLOADS, "event_payload")

    def check_events(self, body):
        if "enabled_events" not in body:
            raise bad("Missing required field: enabled_events", "parameter_missing")
        value = body["enabled_events"]
        if not isinstance(value, list) or not value:
            raise bad("enabled_events must be a non-empty array of strings.")
        if not all(isinstance(e, str) and e for e in value):
            raise bad("enabled_events must hold non-empty strings.")
        return list(value)

    def check_description(self, body):
        return self.string(body, "description", empty=True) if "description" in body else None

    def check_events_from(self, body):
        if "events_from" not in body:
            return None
        value = body["events_from"]
        if not isinstance(value, list):
            raise bad("events_from must be an array.")
        for v in value:
            self.enum(v, ORIGINS, "events_from")
        return list(value)

    def check_include(self, body):
        value = body.get("include", [])
        if not isinstance(value, list):
            raise bad("include must be an array.")
        for v in value:
            self.enum(v, INCLUDES, "include")
        return list(value)

    def check_metadata(self, body):
        if "metadata" not in body:
            return None
        value = body["metadata"]
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise bad("metadata must be a map of strings.")
        return dict(value)

    def check_version(self, body, payload):
        if "snapshot_api_version" not in body:
            return None
        value = self.string(body, "snapshot_api_version")
        if payload != "snapshot":
            raise bad("snapshot_api_version goes with event_payload snapshot only.")
        return value

    def check_configs(self, body, type_):
        for field in TYPES:
            if field in body and not isinstance(body[field], dict):
                raise bad("%s must be an object." % field)
            if field in body and field != type_:
                raise bad("%s does not go with type %s." % (field, type_))
        if type_ not in body:
            raise bad("Missing configuration: %s" % type_, "parameter_missing")

    def check_webhook(self, config):
        self.check_unknown(config, ("url",), "webhook_endpoint.")
        return {"url": self.check_url(self.string(config, "url", "webhook_endpoint."))}

    def check_url(self, url):
        try:
            parts = urlsplit(url)
            parts.port
            good = parts.scheme in ("http", "https") and parts.hostname
        except ValueError:
            good = False
        if not good or any(c.isspace() for c in url):
            raise bad("webhook_endpoint.url must be a valid URL.")
        return url

    def check_eventbridge(self, config):
        self.check_unknown(config, ("aws_account_id", "aws_region"), "amazon_eventbridge.")
        return {"aws_account_id": self.check_aws_account(config),
                "aws_region": self.check_aws_region(config)}

    def check_aws_account(self, config):
        return self.string(config, "aws_account_id", "amazon_eventbridge.")

    def check_aws_region(self, config):
        return self.string(config, "aws_region", "amazon_eventbridge.")
