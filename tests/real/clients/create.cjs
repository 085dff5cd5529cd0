// A create by the vendor's Node client as it comes, for `ed-contract client`.
const Stripe = require("stripe");

const { hostname: host, port } = new URL(process.env.ED_CONTRACT_URL);
const client = new Stripe(process.env.ED_CONTRACT_API_KEY, { host, port, protocol: "http" });
const params = {
  name: "Orders",
  type: "webhook_endpoint",
  event_payload: "thin",
  enabled_events: ["v1.billing.meter.error_report_triggered"],
  webhook_endpoint: { url: "https://example.com/hook" },
  include: ["webhook_endpoint.signing_secret"],
};
client.v2.core.eventDestinations.create(params).catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
