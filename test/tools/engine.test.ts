import { execFileSync, spawnSync } from "node:child_process";
import { resolve } from "node:path";

import { expect } from "chai";

import { engine, removeScratchFolders, scratchFolder } from "./scratch";

function load() {
    return import("../../tools/engine/ensure.mjs");
}

function log() {
    return undefined;
}

describe("npm run engine", () => {
    afterEach(removeScratchFolders);

    it("prints the folder and nothing else", () => {
        const folder = scratchFolder(engine("v3.999.0"));
        const { stdout, stderr, status } = spawnSync(process.execPath, ["tools/engine.mjs"], {
            env: { PATH: `${folder}:/usr/bin:/bin` },
            encoding: "utf8",
        });
        expect({ stdout, stderr, status }).to.deep.equal({ stdout: `${folder}\n`, stderr: "", status: 0 });
    });

    it("passes over an engine that is too old and one that is incomplete", async () => {
        const { ensureEngine } = await load();
        const { fromPath } = await import("../../tools/engine/path.mjs");
        const { engineFolder, fromCache } = await import("../../tools/engine/cache.mjs");
        const cache = scratchFolder();
        const incomplete = engineFolder({ APP_SNAPSHOT_CACHE_DIR: cache });
        execFileSync("mkdir", ["-p", incomplete]);
        const env = { PATH: scratchFolder(engine("v3.1.0")), APP_SNAPSHOT_CACHE_DIR: cache };
        const last = { name: "the last way", find: () => Promise.resolve({ folder: "/last" }) };
        expect(await ensureEngine({ log, env, sources: [fromPath, fromCache, last] })).to.equal("/last");
    });

    it("stops at the first source that has it", async () => {
        const { ensureEngine } = await load();
        const asked: string[] = [];
        const source = (
            name: string,
            outcome: { readonly folder: string } | { readonly reason: string },
        ) => ({
            name,
            find: () => {
                asked.push(name);
                return Promise.resolve(outcome);
            },
        });
        const sources = [
            source("a", { reason: "no" }),
            source("b", { folder: "/b" }),
            source("c", { folder: "/c" }),
        ];
        expect(await ensureEngine({ log, env: {}, sources })).to.equal("/b");
        expect(asked).to.deep.equal(["a", "b"]);
    });

    it("lists everything that it tried, each with its reason, and the remedy", async () => {
        const { ensureEngine } = await load();
        const { oldestGo } = await import("../../tools/engine/go.mjs");
        const sources = [
            { name: "pulumi on PATH", find: () => Promise.resolve({ reason: "there is none" }) },
            { name: "the moon", find: () => Promise.reject(new Error("out of reach\nby bicycle\n")) },
        ];
        const error = await ensureEngine({ log, env: {}, sources }).then(
            () => undefined,
            (reason: unknown) => reason as Error,
        );
        expect(error?.message).to.equal(
            [
                "The Pulumi engine is not available. Tried:",
                "  - pulumi on PATH: there is none",
                "  - the moon: out of reach",
                "    by bicycle",
                "Do one of these, then run this again:",
                "  - install the Pulumi CLI 3.216.0 or newer as its vendor describes, and put it on PATH;",
                `  - install Go ${oldestGo()} or newer, put it on PATH, and let its module proxy be reached;`,
                "  - set APP_SNAPSHOT_CACHE_DIR to a folder in which `npm run engine` has succeeded on a machine of this kind.",
            ].join("\n"),
        );
    });
});

describe("the engine's dynamic provider", () => {
    afterEach(removeScratchFolders);

    const start = (folder: string, ...args: string[]) =>
        spawnSync(resolve("tools/engine/pulumi-resource-pulumi-nodejs"), args, {
            cwd: folder,
            encoding: "utf8",
        });

    it("is that of the SDK in the program's folder, with unchanged arguments", () => {
        const folder = scratchFolder({
            "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js":
                "console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 3;",
        });
        const { stdout, status } = start(folder, "127.0.0.1:1", "two words", "*");
        expect(stdout).to.equal('["127.0.0.1:1","two words","*"]\n');
        expect(status).to.equal(3);
    });

    it("fails if the program has no SDK", () => {
        const { stdout, stderr, status } = start(scratchFolder());
        expect(stdout).to.equal("");
        expect(stderr).to.contain("Cannot find module '@pulumi/pulumi/cmd/dynamic-provider'");
        expect(status).to.equal(1);
    });
});
