import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { operations } from "../../provider/src/cloud/ecs/operation-table";

type Key = keyof typeof operations;

/** The fewest files that all of the models take. */
const allModels = 1_000;

interface Sent {
    readonly params: { readonly action: string };
    readonly query: Readonly<Record<string, string>>;
    readonly form?: Readonly<Record<string, string>>;
}

interface Result {
    readonly requests: Readonly<Record<Key, Sent>>;
    readonly answers: Readonly<Record<Key, object>>;
    /** The files of the SDK's package that connecting and then each operation loaded. */
    readonly loadedBy: Readonly<Record<Key | "connecting", readonly string[]>>;
    /** The number of exports that others in the process get from the package. */
    readonly inWhole: number;
}

const run = promisify(execFile);

async function send(layout = ""): Promise<Result> {
    const program = join(__dirname, "support", "sdk-requests.js");
    const { stdout } = await run(process.execPath, [program], {
        env: { ...process.env, LAYOUT: layout },
        maxBuffer: 100_000_000,
    });
    return JSON.parse(stdout) as Result;
}

describe("the SDK's package", () => {
    let own: Result;
    let whole: Result;

    before(async () => {
        own = await send();
        whole = await send("whole");
    });

    it("is loaded without its models, of which each operation then loads only its own", () => {
        const { connecting, ...byOperation } = own.loadedBy;
        expect(connecting).to.deep.equal(["dist/client.js"]);
        expect(own.loadedBy.describeInstances).to.have.members(filesOf("DescribeInstances"));
        for (const [key, files] of Object.entries(byOperation)) {
            const { name } = operations[key as Key];
            const others = files.filter((file) => !filesOf(name).includes(file));
            expect(others, key).to.deep.equal(
                // Loaded once, by the first operation that needs it.
                key === "runCommand" ? [modelFile("RunCommandShrinkRequest")] : [],
            );
        }
    });

    it("makes the same requests and reads the same answers as with all of its models", () => {
        expect(Object.keys(own.requests)).to.have.members(Object.keys(operations));
        for (const [key, { params, query }] of Object.entries(own.requests)) {
            expect(params.action).to.equal(operations[key as Key].name);
            expect(query, key).to.not.be.empty;
        }
        expect(own.answers.describeInstances).to.have.nested.property(
            "body.instances.instance[0].instanceId",
            "i-1",
        );
        expectSame(own, whole);
        expect(own.requests.sendFile.form).to.have.keys("Content");
    });

    it("stays complete for others in the process", () => {
        expect(whole.inWhole).to.be.above(allModels);
        expect(own.inWhole).to.equal(whole.inWhole);
    });

    it("is loaded as a whole if it has no list of its models", async () => {
        const other = await send("no list");
        expect(other.loadedBy.connecting).to.have.length.above(allModels);
        expectSame(other, whole);
    });

    it("is loaded as a whole by the first request if it has no file for each model", async () => {
        const other = await send("no files");
        expect(other.loadedBy.connecting).to.deep.equal(["dist/client.js"]);
        expect(other.loadedBy.describeInstances).to.have.length.above(allModels);
        expectSame(other, whole);
    });
});

function expectSame(actual: Result, expected: Result): void {
    expect(actual.requests).to.deep.equal(expected.requests);
    expect(actual.answers).to.deep.equal(expected.answers);
}

function filesOf(operation: string): string[] {
    return ["Request", "Response", "ResponseBody"].map((suffix) => modelFile(`${operation}${suffix}`));
}

function modelFile(model: string): string {
    return `dist/models/${model}.js`;
}
