// No package: what is found here is due to the missing keys, and to nothing else.
require("./nest.cjs").serve({});
