// A destination's whole life by the vendor's Node client: `life.cjs life|lost URL`; prints what it saw as JSON.
const { randomUUID } = require("node:crypto");
const Stripe = require("stripe");

const WEBHOOK = {
  name: "Orders",
  type: "webhook_endpoint",
  event_payload: "thin",
  enabled_events: ["v1.billing.meter.error_report_triggered"],
  webhook_endpoint: { url: "https://example.com/hook" },
};
const [URL_, SECRET] = ["webhook_endpoint.url", "webhook_endpoint.signing_secret"];

function service(url, { key = "sk_test_a", retries = 0 } = {}) {
  const { hostname: host, port } = new URL(url);
  return new Stripe(key, { host, port, protocol: "http", maxNetworkRetries: retries }).v2.core.eventDestinations;
}

// Returns which error a call raises: its class, status and code.
async function refusal(call) {
  try {
    await call;
  } catch (error) {
    return [error.constructor.name, error.statusCode, error.code];
  }
  return [];
}

async function life(url) {
  const [one, seen] = [service(url), {}];
  const key = { idempotencyKey: randomUUID() };

  const made = await one.create({ ...WEBHOOK, include: [URL_, SECRET] });
  seen.create = [made.object, made.webhook_endpoint.url, made.webhook_endpoint.signing_secret.slice(0, 6)];
  const [first, again] = [await one.create(WEBHOOK, key), await one.create(WEBHOOK, key)];
  seen.replay = [first.id === again.id, again.lastResponse.headers["idempotent-replayed"]];
  seen.conflict = await refusal(one.create({ ...WEBHOOK, name: "Other" }, key));
  const got = await one.retrieve(made.id, { include: [URL_] });
  seen.retrieve = [got.id === made.id, got.webhook_endpoint.url, got.webhook_endpoint.signing_secret];
  for (const number of [0, 1, 2]) await one.create({ ...WEBHOOK, name: `Orders ${number}` });
  const [page, names] = [await one.list({ limit: 2 }), []];
  for await (const each of one.list({ limit: 2 })) names.push(each.name);
  seen.list = [page.data.length, names];
  const changed = await one.update(made.id, { name: "Renamed", metadata: { a: "b" }, include: [URL_] });
  seen.update = [changed.name, changed.metadata.a, changed.webhook_endpoint.url];
  seen.disable = [(await one.disable(made.id)).status, (await one.enable(made.id)).status];
  seen.ping = (await one.ping(made.id)).type;
  seen.delete = (await one.del(made.id)).id === made.id;
  seen.gone = await refusal(one.retrieve(made.id));
  seen.invalid = await refusal(one.create({ ...WEBHOOK, event_payload: "fat" }));
  seen.credential = await refusal(service(url, { key: "sk_test_wrong" }).create(WEBHOOK));
  return seen;
}

// Creates at a server that loses its first answer: the client asks again, and the list shows one destination.
async function lost(url) {
  const one = service(url, { retries: 2 });
  const made = await one.create(WEBHOOK);
  return (await one.list()).data.map((each) => each.id === made.id);
}

const [what, where] = process.argv.slice(2);
({ life, lost })[what](where).then((seen) => console.log(JSON.stringify(seen)));
