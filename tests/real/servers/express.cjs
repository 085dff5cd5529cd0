// The honest create as an Express application, and how it is served.
const express = require("express");
const { NO_JSON, PATH, create } = require("./honest.cjs");

const answer = (response, [status, document]) => response.status(status).json(document);

// Returns an application that parses JSON: what it cannot parse is refused with 400.
function bare() {
  const app = express();
  app.use(express.json({ limit: "8mb", type: () => true, strict: false }));
  app.use((error, _request, response, next) => (error.type ? answer(response, NO_JSON) : next(error)));
  return app;
}

const handler = (request, response) => answer(response, create(request.get("Authorization"), request.body));

function serve(app) {
  const server = app.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
  server.keepAliveTimeout = 600_000;
}

module.exports = { PATH, answer, bare, handler, serve };
