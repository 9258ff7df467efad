import { runInNewContext } from "node:vm";

import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";

import { jsonValues } from "../../../../provider/src/pulumi/resource/json-values";
import { outputValue } from "../../support/output-value";
import { rejection } from "../../support/rejection";

class Release {
    readonly version = "hunter2";
}

const circular: Record<string, unknown> = { version: "hunter2" };
circular["again"] = [circular];

/** Values that JSON can't carry, with the remedy in the error. */
const others: readonly (readonly [what: string, value: unknown, says: string])[] = [
    ["a date", new Date(), "is of class Date: write it as a string, such as new Date().toISOString()"],
    [
        "a date of another realm",
        runInNewContext("new Date()"),
        "is of class Date: write it as a string, such as",
    ],
    ["a map", new Map([["hunter2", 1]]), "is of class Map: write Object.fromEntries(map)"],
    ["a set", new Set(["hunter2"]), "is of class Set: write [...set]"],
    ["a function", () => "hunter2", "is a function: write what it returns"],
    ["a class", Release, "is a function"],
    ["a symbol", Symbol("hunter2"), "is a symbol: write a string"],
    ["a bigint", 5n, "is a bigint: write it as a string, String(value)"],
    ["no number", NaN, "is NaN: write a finite number"],
    ["infinity", -Infinity, "is -Infinity: write a finite number"],
    ["an object of a class", new Release(), "is of class Release: write a string or a plain object"],
    [
        "an object of a class without a name",
        new (class {
            readonly version = "hunter2";
        })(),
        "is of a class: write a string or a plain object",
    ],
    ["a string in an object", new String("hunter2"), "is of class String: write"],
    ["an address", new URL("https://hunter2"), "is of class URL: write"],
    ["an error", new Error("hunter2"), "is of class Error: write"],
    [
        "bytes",
        Buffer.from("hunter2"),
        'is of class Buffer: write its bytes as a string, such as buffer.toString("base64")',
    ],
    ["a file", new pulumi.asset.StringAsset("hunter2"), "is of class StringAsset: write"],
];

const plainValues: readonly unknown[] = [
    null,
    true,
    0,
    -1.5,
    "",
    "1.4.0",
    [],
    {},
    [[null], { a: undefined, b: [{ c: "d" }] }],
    Object.assign(Object.create(null) as object, { a: 1 }),
    runInNewContext("({ a: [1, { b: null }] })"),
];

describe("a value that JSON can't carry", () => {
    for (const [what, value, says] of others) {
        it(`is refused with a remedy: ${what}`, () => {
            for (const [path, inputs] of [
                ["triggers[0]", { triggers: [value] }],
                ["triggers[1].a.b[0]", { triggers: [1, { a: { b: [value] } }] }],
                ["linux", { linux: value }],
                ["linux.preScript", { linux: { preScript: value } }],
            ] as const) {
                const refusal = (): unknown => jsonValues("AppConsistentSnapshot mine", inputs);
                expect(refusal).to.throw(`AppConsistentSnapshot mine: ${path} ${says}`);
                expect(refusal).not.to.throw("hunter2");
            }
        });

        it(`fails the output or the promise that has it: ${what}`, async () => {
            const later = pulumi.output("known").apply(() => ({ at: value }));
            const { triggers } = jsonValues("AppConsistentSnapshot mine", {
                triggers: [later, Promise.resolve([value])],
            });
            const [byOutput, byPromise] = triggers as [typeof later, Promise<unknown>];
            // Both at once: a rejection that nobody awaits yet fails the test.
            const [output, promise] = await Promise.all([
                rejection(outputValue(byOutput)),
                rejection(byPromise),
            ]);
            expect(output.message).to.include(`triggers[0].at ${says}`);
            expect(promise.message).to.include(`triggers[1][0] ${says}`);
        });
    }

    it("may be undefined in a list, where it would become null", () => {
        const withHole: unknown[] = [1];
        withHole[2] = 2;
        for (const triggers of [[1, undefined], withHole]) {
            expect(() => jsonValues("AppConsistentSnapshot mine", { triggers })).to.throw(
                "triggers[1] is undefined, in a list: write null, or omit it",
            );
        }
    });

    it("may contain itself, at any depth; the same value twice side by side is allowed", () => {
        expect(() => jsonValues("AppConsistentSnapshot mine", { triggers: [circular] })).to.throw(
            "triggers[0].again[0] contains itself: write only the values that matter",
        );
        const shared = { version: "1" };
        expect(jsonValues("AppConsistentSnapshot mine", { triggers: [shared, shared] })).to.deep.equal({
            triggers: [shared, shared],
        });
    });

    it("may have a name that the SDK loses, and other special names that it keeps", () => {
        const inputs = (key: string): object => ({ tags: JSON.parse(`{"${key}":"1"}`) as unknown });
        expect(() => jsonValues("AppConsistentSnapshot mine", inputs("__proto__"))).to.throw(
            "AppConsistentSnapshot mine: tags.__proto__ has a name that gets lost in Pulumi's SDK: use another one.",
        );
        for (const key of ["constructor", "toString", "__owner"]) {
            expect(jsonValues("AppConsistentSnapshot mine", inputs(key))).to.deep.equal(inputs(key));
        }
    });

    it("is named with all others, by printable names", () => {
        const inputs = { keepLast: NaN, triggers: [{ "\u001b[31m": 1n }] };
        expect(() => jsonValues("AppConsistentSnapshot mine", inputs)).to.throw(
            /^AppConsistentSnapshot mine: keepLast is NaN: .*; triggers\[0\]\."\\u001b\[31m" is a bigint: .*\.$/,
        );
    });
});

describe("a value that JSON can carry", () => {
    it("stays unchanged", async () => {
        for (const value of plainValues) {
            expect(
                jsonValues("AppConsistentSnapshot mine", { triggers: [value], none: undefined }),
            ).to.deep.equal({
                triggers: [value],
                none: undefined,
            });
            const { later } = jsonValues("AppConsistentSnapshot mine", {
                later: pulumi.output(1).apply(() => value),
            });
            expect(await outputValue(later)).to.deep.equal(value);
        }
    });

    it("stays a secret, at any depth", async () => {
        const inputs = {
            secret: pulumi.secret("s"),
            linux: { preScript: pulumi.secret("s") },
            open: pulumi.output("o"),
        };
        const { secret, linux, open } = jsonValues("AppConsistentSnapshot mine", inputs);
        expect(await pulumi.isSecret(secret)).to.equal(true);
        expect(await pulumi.isSecret(linux.preScript)).to.equal(true);
        expect(await pulumi.isSecret(open)).to.equal(false);
    });
});
