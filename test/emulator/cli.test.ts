import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { DescribeInstancesRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import { closeAll, eventually, region, sdk, start } from "./support";

const program = path.join(path.dirname(require.resolve("pulumi-alicloud-app-snapshot-emulator")), "cli.js");

interface Started {
    readonly child: ChildProcessWithoutNullStreams;
    readonly output: () => string;
    readonly errors: () => string;
    readonly code: Promise<number | null>;
}

const children: ChildProcessWithoutNullStreams[] = [];

function launch(...args: string[]): Started {
    const child = spawn(process.execPath, [program, ...args]);
    children.push(child);
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const code = new Promise<number | null>((resolve) => child.once("close", resolve));
    return { child, output: () => output, errors: () => errors, code };
}

describe("emulator: command line", () => {
    afterEach(async () => {
        for (const child of children.splice(0)) {
            child.kill("SIGKILL");
        }
        await closeAll();
    });

    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        it(`says where it listens, serves, and ends cleanly on ${signal}`, async () => {
            const started = launch("--port", "0", "--timing", "fast");
            const line = await eventually(() =>
                started.output().includes("\n") ? started.output() : undefined,
            );
            expect(line).to.match(/^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
            const port = Number(/:(\d+)\n/.exec(line)?.[1]);
            const there = { url: `http://127.0.0.1:${port}`, port } as Emulator;
            expect(
                (await rawCall(there, { action: "DescribeInstances", params: { RegionId: region } })).status,
            ).to.equal(200);
            started.child.kill(signal);
            expect(await started.code).to.equal(0);
            expect(started.errors()).to.equal("");
        });
    }

    it("tells its options", async () => {
        const started = launch("--help");
        expect(await started.code).to.equal(0);
        expect(started.output())
            .to.match(/^Usage: /)
            .and.to.contain("--fixture");
    });

    it("refuses what it does not understand, with exit code 2", async () => {
        for (const args of [
            ["--prot", "1"],
            ["--port", "abc"],
            ["--port", "70000"],
            ["--timing", "slow"],
            ["--behavior", "x"],
            ["extra"],
        ]) {
            const started = launch(...args);
            expect(await started.code, args.join(" ")).to.equal(2);
            expect(started.errors()).to.contain(args[0] === "extra" ? "extra" : args[0]?.slice(2));
            expect(started.errors(), "Node.js' advice").not.to.contain("positional argument");
            expect(started.output()).to.equal("");
        }
    });

    it("names the port that is in use, with exit code 1", async () => {
        const emulator = await start();
        const started = launch("--port", String(emulator.port));
        expect(await started.code).to.equal(1);
        expect(started.errors()).to.contain(`port ${emulator.port} is in use`);
    });

    it("names a fixture that is missing or wrong, with exit code 1; takes a good one", async () => {
        const folder = mkdtempSync(path.join(tmpdir(), "cli-"));
        try {
            const file = path.join(folder, "fixture.json");
            const missing = launch("--fixture", file);
            expect(await missing.code).to.equal(1);
            expect(missing.errors()).to.contain(file);
            writeFileSync(file, JSON.stringify({ regionId: "cn-hangzhou", credentials: [], roles: [] }));
            const wrong = launch("--fixture", file);
            expect(await wrong.code).to.equal(1);
            expect(wrong.errors()).to.contain("instances is missing");
            writeFileSync(
                file,
                JSON.stringify({
                    regionId: "cn-beijing",
                    credentials: [{ accessKeyId: "k", accessKeySecret: "s" }],
                    roles: [],
                    instances: [],
                }),
            );
            const good = launch("--port", "0", "--fixture", file, "--control");
            const line = await eventually(() => (good.output().includes("\n") ? good.output() : undefined));
            const there = { port: Number(/:(\d+)\n/.exec(line)?.[1]) } as Emulator;
            const client = sdk(there, { accessKeyId: "k", accessKeySecret: "s" });
            expect(
                (await client.describeInstances(new DescribeInstancesRequest({ regionId: region })))
                    .statusCode,
            ).to.equal(200);
            expect((await fetch(`http://127.0.0.1:${there.port}/_emulator/state`)).status).to.equal(200);
            good.child.kill("SIGTERM");
            expect(await good.code).to.equal(0);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("names a wrong setting, with exit code 1; follows right ones", async () => {
        const folder = mkdtempSync(path.join(tmpdir(), "cli-"));
        try {
            const file = path.join(folder, "settings.json");
            writeFileSync(file, JSON.stringify({ behaviour: { deletion: "never" } }));
            const wrong = launch("--settings", file);
            expect(await wrong.code).to.equal(1);
            expect(wrong.errors()).to.contain("behaviour.deletion must be one of asynchronous, synchronous");
            writeFileSync(
                file,
                JSON.stringify({ behaviour: { unknownInvocation: "not-found" }, timing: { deliveryMs: 1 } }),
            );
            const good = launch("--port", "0", "--settings", file);
            const line = await eventually(() => (good.output().includes("\n") ? good.output() : undefined));
            const url = line.replace("listening on ", "").trim();
            const there = { url, port: Number(new URL(url).port) } as Emulator;
            const params = { RegionId: region, InvokeId: "t-hz0000000000000" };
            const { body } = await rawCall(there, { action: "DescribeInvocationResults", params });
            expect(body["Code"]).to.equal("InvalidInvokeId.NotFound");
            good.child.kill("SIGTERM");
            expect(await good.code).to.equal(0);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
