import { expect } from "chai";
import * as fc from "fast-check";

import { declaredInputs } from "../docs/support/sources";
import { type World, world } from "../integration/provider";
import { count } from "../support/counts";
import { hostile, insertions, shown } from "./support/hostile";
import { badValues, inputCases, type Inputs, inputsWith, rightInputs, secret } from "./support/input-table";

/** Returns the failures of the provider's check, which must not call the API. */
async function failuresOf({ provider, emulator }: World, inputs: Inputs): Promise<string[]> {
    const { failures = [] } = await provider.check({}, inputs);
    expect(emulator.ledger, "API calls").to.deep.equal([]);
    return failures.map(({ property, reason }) => {
        expect(property, "a property, whose value the engine would print").to.equal("");
        return reason;
    });
}

interface Refusal {
    readonly named: string;
    readonly rule: string;
    readonly value: unknown;
}

/** Expects a failure that names exactly this input, with its rule and without its value. */
async function expectRefused(place: World, inputs: Inputs, { named, rule, value }: Refusal): Promise<void> {
    const label = `${named}: ${shown(value)}`;
    const failures = await failuresOf(place, inputs);
    expect(failures, label).to.have.length(1);
    expect(failures[0]?.slice(0, named.length + 1), label).to.equal(`${named} `);
    expect(failures[0], label).to.include(rule);
    expect(failures[0], label).not.to.include(secret);
    expect(failures[0]?.length, label).to.be.below(600);
    count("bad inputs tried");
}

const computed: readonly string[] = ["resourceUrn", "organization", "openScripts"];

describe("the table of inputs", () => {
    const listed = [...new Set(inputCases.map(({ input }) => input))];

    it("has every input that the package declares or computes", () => {
        expect(listed).to.have.members([...declaredInputs(), ...computed]);
    });

    it("has every input that the check accepts", () =>
        world({}, async (place) => {
            for (const prefix of ["", "linux.", "windows."]) {
                const [failure = ""] = await failuresOf(place, inputsWith(`${prefix}none`, 1));
                const accepted = (failure.split("; there are ")[1] ?? "").split(", ");
                const inTable = listed
                    .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes("."))
                    .map((path) => path.slice(prefix.length))
                    .filter((name) => !computed.includes(name));
                expect(accepted, prefix).to.have.members(inTable);
            }
        }));
});

describe("a bad value", () => {
    for (const inputCase of inputCases) {
        const { named, rule, right, around, put } = inputCase;

        it(`of ${named} is refused`, () =>
            world({}, async (place) => {
                const bad = badValues(inputCase);
                expect(bad.length).to.be.at.least(20);
                for (const value of bad) {
                    const said = typeof rule === "string" ? rule : rule(value);
                    await expectRefused(place, put(around, value), { named, rule: said, value });
                }
            }));

        it(`of ${named} begins only past its bounds`, () =>
            world({}, async (place) => {
                for (const value of right) {
                    expect(await failuresOf(place, put(around, value)), shown(value)).to.deep.equal([]);
                }
            }));
    }

    it("is not null, which means that an input is not given", () =>
        world({}, async (place) => {
            for (const { around, input } of inputCases) {
                const without = await failuresOf(place, inputsWith(input, undefined, around));
                expect(await failuresOf(place, inputsWith(input, null, around)), input).to.deep.equal(
                    without,
                );
            }
            expect(await failuresOf(place, inputsWith("instanceId", null))).to.deep.equal([
                "instanceId is missing",
            ]);
            count("bad inputs tried");
        }));

    it("is an item that a list has twice", () =>
        world({}, async (place) => {
            const value = ["d-hunter2", "d-hunter3", "d-hunter2"];
            await expectRefused(place, inputsWith("excludeDiskIds", value), {
                named: "excludeDiskIds",
                rule: "must not contain duplicates",
                value,
            });
        }));

    it("is found among any others, each reported by its name", () =>
        world({}, async (place) => {
            const parents = ["linux", "windows", "excludeDiskIds", "tags"];
            const single = inputCases.filter(({ named }) => !parents.includes(named));
            const several = fc
                .subarray(single, { minLength: 2 })
                .chain((cases) =>
                    fc.tuple(
                        ...cases.map((each) =>
                            fc.constantFrom(...badValues(each)).map((value) => ({ ...each, value })),
                        ),
                    ),
                );
            await fc.assert(
                fc.asyncProperty(several, async (bad) => {
                    const inputs = bad.reduce((before, { put, value }) => put(before, value), rightInputs);
                    const failures = await failuresOf(place, inputs);
                    expect(failures.map((failure) => failure.split(" ", 1)[0])).to.have.members(
                        bad.map(({ named }) => named),
                    );
                    expect(failures.join("\n")).not.to.include(secret);
                    count("bad inputs tried", bad.length);
                }),
                { numRuns: 200 },
            );
        }));

    it("only ever yields a failure, whatever it is", () =>
        world({}, async (place) => {
            const names = fc.constantFrom(
                ...inputCases.map(({ input }) => input.split(".")[0] ?? ""),
                ...hostile.slice(0, 5),
                "constructor",
            );
            await fc.assert(
                fc.asyncProperty(fc.dictionary(names, fc.anything()), async (inputs) => {
                    expect(await failuresOf(place, inputs)).to.be.an("array");
                }),
                { numRuns: 300 },
            );
        }));
});

/** Returns an arbitrary name as failures quote it, without harm to a terminal. */
function printed(name: string): string {
    return /^\w{1,64}$/.test(name) ? name : JSON.stringify(name.slice(0, 64));
}

describe("a name that is no input", () => {
    const prefixes = ["", "linux.", "windows."];

    it("is refused, with a list of the inputs", () =>
        world({}, async (place) => {
            for (const { input } of inputCases) {
                const own = input.split(".").at(-1) ?? "";
                for (const name of [`${own}s`, `${own} `, own.toUpperCase(), `${own}\u200b`, own.slice(1)]) {
                    for (const prefix of prefixes) {
                        await expectRefused(place, inputsWith(`${prefix}${name}`, "hunter2"), {
                            named: `${prefix}${printed(name)}`,
                            rule: "is not an input; there are ",
                            value: name,
                        });
                    }
                }
            }
        }));

    it("is refused, also if it would do harm", () =>
        world({}, async (place) => {
            const names = hostile.filter((text) => text.length < 100 && !text.includes("."));
            for (const name of [...names, "constructor", "toString", "hasOwnProperty"]) {
                for (const prefix of prefixes) {
                    await expectRefused(place, inputsWith(`${prefix}${name}`, "hunter2"), {
                        named: `${prefix}${printed(name)}`,
                        rule: "is not an input; there are ",
                        value: name,
                    });
                }
            }
        }));
});

describe("a description", () => {
    const text = "Before hunter2's release";
    const control = /\p{Cc}/u;
    const lineOrHalf = /[\u2028\u2029\p{Cs}]/u;
    const check = (place: World, value: string): Promise<string[]> =>
        failuresOf(place, inputsWith("description", value));

    it("is free text, with all characters that are special elsewhere", () =>
        world({}, async (place) => {
            const harmless = hostile.filter(
                (inserted) => inserted.length < 200 && !control.test(inserted) && !lineOrHalf.test(inserted),
            );
            expect(harmless.length).to.be.at.least(40);
            for (const value of harmless.flatMap((inserted) => insertions(text, inserted))) {
                expect(await check(place, value), shown(value)).to.deep.equal([]);
            }
        }));

    it("is refused with control characters, and when it is too long", () =>
        world({}, async (place) => {
            const refused = hostile.filter((inserted) => inserted.length > 256 || control.test(inserted));
            expect(refused.length).to.be.at.least(12);
            for (const value of refused.flatMap((inserted) => insertions(text, inserted))) {
                await expectRefused(place, inputsWith("description", value), {
                    named: "description",
                    rule: "must be 2 to 256 characters",
                    value,
                });
            }
        }));

    it("is refused with Unicode's own line breaks, and with halves of characters, which no URL can carry", () =>
        world({}, async (place) => {
            const refused = hostile.filter((inserted) => lineOrHalf.test(inserted));
            expect(refused).to.have.length(3);
            for (const value of refused.flatMap((inserted) => insertions(text, inserted))) {
                await expectRefused(place, inputsWith("description", value), {
                    named: "description",
                    rule: "must be 2 to 256 characters",
                    value,
                });
            }
        }));
});

describe("the key of a tag", () => {
    const reserved = [
        "app-snapshot:x",
        "APPConsistent",
        "AppConsistent",
        "fsconsistent",
        "acs:x",
        "Aliyun-x",
    ];
    const isSafe = (text: string): boolean => text.length < 128 && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text);

    it("is free text, with all characters that are special elsewhere", () =>
        world({}, async (place) => {
            for (const key of ["k".repeat(128), "__x", "constructor", ...hostile.filter(isSafe)]) {
                const tags = Object.fromEntries([[key, "1"]]);
                expect(await failuresOf(place, inputsWith("tags", tags)), shown(key)).to.deep.equal([]);
            }
        }));

    it("is refused if the API would refuse it, if it can't be sent, or if it is somebody else's", () =>
        world({}, async (place) => {
            const unsafe = ["", "k".repeat(129), "http://x", ...hostile.filter((text) => !isSafe(text))];
            for (const key of [...unsafe, ...reserved]) {
                await expectRefused(place, inputsWith("tags", Object.fromEntries([[key, "hunter2"]])), {
                    named: `tags.${printed(key)}`,
                    rule: reserved.includes(key)
                        ? "has a key that is reserved"
                        : "must have a key of 1 to 128",
                    value: key,
                });
            }
        }));
});

describe("the text of a script", () => {
    it("is checked against each rule by itself, and never quoted", () =>
        world({}, async (place) => {
            for (const name of ["preScript", "postScript"]) {
                const value = `hunter2\r\n\0${"数".repeat(8_192)}`;
                const failures = await failuresOf(place, inputsWith(`linux.${name}`, value));
                expect(failures).to.have.length(4);
                expect(failures.map((failure) => failure.split(" ", 1)[0])).to.deep.equal(
                    Array.from({ length: 4 }, () => `linux.${name}`),
                );
                expect(failures.join("\n")).not.to.include(secret);
                count("bad inputs tried");
            }
        }));

    it("may be any other text", () =>
        world({}, async (place) => {
            const text = fc
                .string({ unit: "binary", maxLength: 200 })
                .filter((rest) => !/[\r\0\p{Cs}]/u.test(rest));
            await fc.assert(
                fc.asyncProperty(text, async (rest) => {
                    const linux = { preScript: `#!/bin/sh\n${rest}`, postScript: `#!/${rest}` };
                    expect(await failuresOf(place, inputsWith("linux", linux))).to.deep.equal([]);
                }),
                { numRuns: 200 },
            );
        }));
});
