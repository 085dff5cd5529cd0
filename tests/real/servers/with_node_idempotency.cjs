// @node-idempotency/nestjs: its module over its store in memory, and its decorator.
const { NodeIdempotencyModule, Idempotent } = require("@node-idempotency/nestjs");
const { serve } = require("./nest.cjs");

serve({ imports: [NodeIdempotencyModule.forRootAsync({ storage: { adapter: "memory" } })], decorators: [Idempotent()] });
