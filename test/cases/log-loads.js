// Loaded into every Node.js process of a test with --require: records which packages of the cloud are loaded.
const { appendFileSync } = require("node:fs");
const Module = require("node:module");

const load = Module._load;
Module._load = function (request, ...rest) {
    if (request.startsWith("@alicloud/")) {
        appendFileSync(process.env.TEST_LOADS_LOG, `${request}\n`);
    }
    return load.call(this, request, ...rest);
};
