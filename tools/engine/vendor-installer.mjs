// Run by vendor.mjs as: node vendor-installer.mjs AUTOMATION_API_MODULE ROOT VERSION. Installs into ROOT/bin.
import { createRequire } from "node:module";

const [sdk = "", root = "", version = ""] = process.argv.slice(2);
const require = createRequire(sdk);
/** @type {typeof import("@pulumi/pulumi/automation/index.js")} */
const { PulumiCommand } = require(sdk);
try {
    await PulumiCommand.install({ root, version: require("semver").parse(version) });
} catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exitCode = 1;
}
