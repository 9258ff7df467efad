// The engine built from its Go modules. go.mod and go.sum beside this file pin every module by version and checksum.
import { readFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { clearInterval, setInterval } from "node:timers";
import { fileURLToPath } from "node:url";

import { capture, seconds, tail } from "../process.mjs";
import { install } from "./cache.mjs";
import { programOnPath } from "./programs.mjs";
import { ENGINE_VERSION, isAtLeast, LANGUAGE_HOST_VERSION } from "./version.mjs";

/**
 * @typedef {object} Build
 * @property {string} title
 * @property {string} module Folder of the wrapper module that pins what is built.
 * @property {string} main Import path of the program.
 * @property {string} version
 * @property {string} duration
 */

const HERE = fileURLToPath(new URL(".", import.meta.url));
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const DYNAMIC_PROVIDER = `pulumi-resource-pulumi-nodejs${process.platform === "win32" ? ".cmd" : ""}`;
const PROGRESS_EVERY_MS = 15_000;
const TIME_LIMIT_SECONDS = 45 * 60;

/** @type {Build[]} */
const BUILDS = [
    {
        title: `the Pulumi CLI ${ENGINE_VERSION}`,
        module: join(HERE, "cli"),
        main: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        version: ENGINE_VERSION,
        duration: "about 3 minutes, once",
    },
    {
        title: `Pulumi's Node.js language host ${LANGUAGE_HOST_VERSION}`,
        module: join(HERE, "language-host"),
        main: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
        version: LANGUAGE_HOST_VERSION,
        duration: "less than a minute, once",
    },
];

/** Returns the oldest Go that builds the engine, from the CLI's wrapper module. */
export function oldestGo() {
    return (
        /^go (\S+)$/m.exec(readFileSync(join(HERE, "cli", "go.mod"), "utf8"))?.[1] ?? "of an unknown version"
    );
}

/**
 * Keeps the user's Go settings (proxy, caches, flags), except those that would change the result or its platform.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function goEnvironment(env) {
    return {
        ...env,
        GOOS: undefined,
        GOARCH: undefined,
        GOTOOLCHAIN: "local",
        GOWORK: "off",
        GO111MODULE: "on",
        CGO_ENABLED: "0",
    };
}

/** @type {import("./ensure.mjs").Source} */
export const fromGo = {
    name: "building it from its Go modules",
    find: async ({ env, log }) => {
        const go = programOnPath(env, "go");
        if (!go) return { reason: `Go ${oldestGo()} or newer is needed, and there is no go on PATH` };
        const { stdout, stderr } = await capture(go, ["version"], { env: goEnvironment(env) });
        if (!isAtLeast(stdout, oldestGo())) {
            return {
                reason: `Go ${oldestGo()} or newer is needed; ${go} says: ${stdout.trim() || stderr.trim()}`,
            };
        }
        return install(env, async (folder) => {
            for (const each of BUILDS) {
                const reason = await build(go, each, folder, env, log);
                if (reason !== undefined) return reason;
            }
            await copyFile(join(HERE, DYNAMIC_PROVIDER), join(folder, DYNAMIC_PROVIDER));
            return undefined;
        });
    },
};

/**
 * @param {string} go
 * @param {Build} what
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 * @param {import("../process.mjs").Log} log
 * @returns {Promise<string | undefined>} The reason of a failure, if it failed.
 */
async function build(go, { title, module, main, version, duration }, folder, env, log) {
    const start = Date.now();
    const say = () =>
        log(`building ${title} from its Go modules (${duration}) … ${seconds(Date.now() - start)}`);
    say();
    const timer = setInterval(say, PROGRESS_EVERY_MS);
    // On the command line -mod=readonly wins over GOFLAGS: a module that go.sum does not pin is an error.
    const args = ["build", "-mod=readonly", "-trimpath"];
    const linked = ["-ldflags", `-s -w -X ${VERSION_VARIABLE}=${version}`, "-o", `${folder}/`, main];
    const { code, stderr } = await capture(go, [...args, ...linked], {
        cwd: module,
        env: goEnvironment(env),
        timeLimitSeconds: TIME_LIMIT_SECONDS,
    });
    clearInterval(timer);
    return code === 0 ? undefined : `building ${title} failed:\n${tail(stderr)}`;
}
