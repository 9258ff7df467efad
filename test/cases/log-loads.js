// Loaded into every Node.js process of a test with --require: records what this package loads into the provider's process,
// its own files and other packages.
const { appendFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, relative, sep } = require("node:path");

const own = dirname(require.resolve("../../provider/dist/dynamic-provider.js")) + sep;
const load = Module._load;

if (process.argv.some((argument) => /[\\/]dynamic-provider\b/.test(argument))) {
    Module._load = function (request, parent, ...rest) {
        const line = Module.isBuiltin(request) ? undefined : entry(request, parent);
        if (line !== undefined) {
            appendFileSync(process.env.TEST_LOADS_LOG, `${line}\n`);
        }
        return load.call(this, request, parent, ...rest);
    };
}

function entry(request, parent) {
    const file = Module._resolveFilename(request, parent);
    if (file.startsWith(own)) {
        return `file ${relative(own, file)}`;
    }
    const name = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1].replace("\\", "/");
    // The cloud's packages also load each other.
    return parent?.filename?.startsWith(own) || name?.startsWith("@alicloud/")
        ? `package ${name}`
        : undefined;
}
