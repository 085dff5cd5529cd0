// The create that stands behind each package of npm: it validates and creates, and knows nothing of idempotency keys.
const { randomBytes } = require("node:crypto");

const PATH = "/v2/core/event_destinations";
const ACCOUNTS = { "Bearer sk_test_a": "acct_a", "Bearer sk_test_b": "acct_b" };
const CONFIGURATIONS = { amazon_eventbridge: ["aws_account_id", "aws_region"], webhook_endpoint: ["url"] };
const SHOWN = ["webhook_endpoint.signing_secret", "webhook_endpoint.url"];
const LISTS = { enabled_events: null, events_from: ["other_accounts", "self"], include: SHOWN };

const isText = (value) => typeof value === "string" && value.isWellFormed();
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const error = (code, message) => ({ error: { code, message } });

// Returns the account of a credential, or undefined.
const accountOf = (authorization) => (Object.hasOwn(ACCOUNTS, authorization) ? ACCOUNTS[authorization] : undefined);
const UNAUTHENTICATED = [401, error("unauthenticated", "Send a known API key as `Authorization: Bearer KEY`.")];
const NO_JSON = [400, error("invalid_json", "The body must be a JSON object.")];

// Answers a create whose body was parsed: returns the status and the document.
function create(authorization, body) {
  if (!accountOf(authorization)) return UNAUTHENTICATED;
  if (!isObject(body)) return NO_JSON;
  const params = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const wrong = firstWrong(params);
  return wrong ? [400, error("invalid_fields", `${wrong}: invalid.`)] : [200, destination(params)];
}

// Returns the name of the first parameter that is invalid.
function firstWrong(params) {
  if (!["snapshot", "thin"].includes(params.event_payload)) return "event_payload";
  if (!Object.hasOwn(CONFIGURATIONS, params.type) || typeof params.type !== "string") return "type";
  if (!isText(params.name) || !params.name) return "name";
  for (const name of ["description", "snapshot_api_version"]) if (!isText(params[name] ?? "")) return name;
  for (const [name, values] of Object.entries(LISTS)) {
    const given = params[name] ?? [];
    if (!Array.isArray(given) || !given.every((one) => isText(one) && (values ?? [one]).includes(one))) return name;
  }
  if (!params.enabled_events?.length) return "enabled_events";
  const metadata = params.metadata ?? {};
  if (!isObject(metadata) || !Object.entries(metadata).flat().every(isText)) return "metadata";
  const given = Object.keys(CONFIGURATIONS).filter((name) => name in params);
  if (given.length !== 1 || given[0] !== params.type || !isObject(params[params.type])) return params.type;
  return CONFIGURATIONS[params.type].find((name) => !isText(params[params.type][name]) || !params[params.type][name]);
}

// Returns what the create has created, as its answer shows it.
function destination(params) {
  const [id, now] = [`ed_test_${randomBytes(20).toString("hex")}`, new Date().toISOString()];
  const made = {
    id, object: "v2.core.event_destination", created: now, description: params.description,
    enabled_events: params.enabled_events, event_payload: params.event_payload, events_from: params.events_from ?? ["self"],
    livemode: false, metadata: params.metadata ?? {}, name: params.name,
    snapshot_api_version: params.snapshot_api_version ?? null, status: "enabled", status_details: null,
    type: params.type, updated: now,
  };
  const { url, aws_account_id, aws_region } = params[params.type];
  if (params.type === "webhook_endpoint") {
    const shown = (name, value) => ((params.include ?? []).includes(`webhook_endpoint.${name}`) ? value : null);
    const secret = shown("signing_secret", `whsec_${randomBytes(16).toString("hex")}`);
    return { ...made, webhook_endpoint: { signing_secret: secret, url: shown("url", url) } };
  }
  const aws_event_source_arn = `arn:aws:events:${aws_region}::event-source/aws.partner/stripe.com/${id}`;
  const amazon_eventbridge = { aws_account_id, aws_region, aws_event_source_arn, aws_event_source_status: "pending" };
  return { ...made, amazon_eventbridge };
}

module.exports = { NO_JSON, PATH, UNAUTHENTICATED, accountOf, create };
