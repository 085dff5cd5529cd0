// express-idempotency: its middleware, and the handler that stops at a hit, as its README says.
const idempotency = require("express-idempotency");
const { PATH, bare, handler, serve } = require("./express.cjs");

const app = bare();
app.use(idempotency.idempotency());
app.post(PATH, (request, response) => {
  if (!idempotency.getSharedIdempotencyService().isHit(request)) handler(request, response);
});
serve(app);
