"""What others call our options, phases and formats: in other tools, or in plain English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OF_OPTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "url": ("base-url", "uri", "host", "server", "endpoint", "target", "address"),
        "app": ("application", "asgi", "wsgi", "in-process"),
        "api-key": ("token", "bearer", "credential", "secret-key", "auth-token", "key", "password", "user"),
        "second-api-key": ("other-api-key", "second-token", "second-account"),
        "replica": ("node", "nodes", "peer", "second-url"),
        "credential-command": ("token-command", "auth-command", "refresh-command"),
        "auth-header": ("authorization", "auth", "authorization-header", "api-key-header"),
        "header": ("headers", "request-header", "add-header"),
        "api-version": ("version",),
        "path": ("route", "base-path", "prefix"),
        "key-format": ("key-pattern", "key-prefix", "idempotency-key-format"),
        "request-timeout": ("timeout", "read-timeout", "connect-timeout", "response-timeout", "wait"),
        "tls-verify": ("insecure", "verify", "ssl-verify", "no-verify", "cacert", "ca-bundle", "tls", "ssl"),
        "cert": ("client-cert", "certificate", "pem"),
        "cert-key": ("client-key", "private-key", "certificate-key"),
        "proxy": ("http-proxy", "https-proxy"),
        "allow-live": ("live", "production", "allow-production"),
        "edition": ("page-version", "revision"),
        "contract": ("openapi", "spec", "schema", "swagger", "document"),
        "operation": ("operation-id", "include-operation-id"),
        "only": ("include", "select", "filter", "requirement", "requirements", "match", "checks"),
        "skip": ("exclude", "ignore", "exclude-checks", "deselect", "without"),
        "phases": ("phase", "stages", "suite"),
        "strict": ("warnings-as-errors", "fail-on-warnings", "pedantic", "should"),
        "waivers": ("baseline", "allowlist", "expected-failures", "ignore-file", "xfail", "suppressions"),
        "waivers-update": ("update-waivers", "update-baseline", "write-baseline"),
        "fail-on-incomplete": ("require-complete", "complete"),
        "clock-skew": ("skew", "drift", "tolerance"),
        "seed": ("random-seed", "rng-seed", "hypothesis-seed", "generation-seed"),
        "shard": ("partition", "split", "part", "slice"),
        "strength": ("pairwise", "t-way", "combinations"),
        "max-examples": ("examples", "iterations", "hypothesis-max-examples", "generation-max-examples"),
        "key-age": ("age", "key-ttl", "ttl"),
        "workers": ("jobs", "threads", "parallel", "concurrency", "processes"),
        "request-retries": ("retries", "retry", "max-retries"),
        "max-requests": ("requests", "budget", "limit", "request-limit", "max-calls"),
        "shrink-requests": ("shrink-budget", "shrink-limit"),
        "max-time": ("duration", "time-limit", "max-duration", "deadline", "max-seconds"),
        "rate-limit": ("rate", "rps", "throttle", "delay", "requests-per-second"),
        "cleanup": ("delete", "clean-up", "teardown", "tidy"),
        "max-destinations": ("destinations", "max-objects", "max-resources"),
        "fail-fast": ("exitfirst", "stop", "stop-on-failure", "bail"),
        "maxfail": ("max-findings", "findings-at-most", "max-failures", "max-errors", "stop-after"),
        "require-target": ("require-url", "no-bundled"),
        "server-command": ("command", "start-command", "start", "server-cmd", "exec"),
        "server-wait": ("wait-for-server", "wait-for-schema", "startup-timeout", "start-timeout"),
        "restart-command": ("restart", "restart-cmd"),
        "no-shrink": ("no-minimize", "no-reduction", "shrink"),
        "report": ("output", "format", "out", "junit-xml", "junitxml", "html", "json", "sarif", "reporter"),
        "sarif-location": ("sarif-file", "sarif-path", "artifact-location"),
        "record": ("save", "har", "cassette", "log", "history", "trace"),
        "no-record": ("no-save", "no-history"),
        "dry-run": ("plan", "preview", "simulate", "collect-only"),
        "card": ("behaviour", "behavior", "behaviour-card"),
        "quiet": ("silent", "terse"),
        "verbose": ("debug", "show-requests", "log-level", "loud"),
        "no-color": ("color", "no-colour", "colour", "plain", "no-ansi"),
    }
)
OF_PHASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "smoke": ("quick", "sanity", "fast", "examples"),
        "auth": ("authentication", "authorization", "credentials"),
        "bodies": ("malformed", "raw", "json", "syntax"),
        "mutations": ("invalid", "negative", "faults", "schema"),
        "keys": ("idempotency-key", "replays", "retries"),
        "bursts": ("races", "concurrency", "concurrent", "parallel"),
        "boundaries": ("edge-cases", "edges", "limits", "unusual"),
        "combinations": ("pairwise", "coverage", "covering-array", "options"),
        "fuzz": ("random", "hypothesis", "property", "fuzzing"),
        "stateful": ("sequences", "state-machine", "scenarios", "links"),
        "afterwards": ("after", "memory", "later"),
        "restart": ("persistence", "durability"),
        "search": ("explore", "deep"),
    }
)
OF_REPORTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "json": ("jsonl", "ndjson"),
        "html": ("htm", "web", "page"),
        "junit": ("xml", "junit-xml", "xunit"),
        "sarif": ("code-scanning", "sarif-json"),
        "ctrf": ("ctrf-json", "common-test-report"),
        "github": ("gha", "actions", "annotations", "markdown", "md", "summary"),
        "badge": ("shields", "svg"),
    }
)
