// No package: what is found here is due to the missing keys, and to nothing else.
const { PATH, bare, handler, serve } = require("./express.cjs");

const app = bare();
app.post(PATH, handler);
serve(app);
