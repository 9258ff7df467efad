import { expect } from "chai";
import * as fc from "fast-check";

import { checkInputs } from "../../../../provider/src/core/inputs/check";
import type { InputFailure } from "../../../../provider/src/core/inputs/input-failure";
import { inputsOf } from "../../support/samples";

/** The inputs that reach the command line, and the way that a value gets into each. */
const places: readonly {
    readonly input: string;
    readonly likely: string;
    readonly put: (value: string) => Readonly<Record<string, unknown>>;
}[] = [
    { input: "ramRoleName", likely: "Role", put: (value) => inputsWith({ ramRoleName: value }) },
    { input: "snapshotGroupName", likely: "group", put: (value) => inputsWith({ snapshotGroupName: value }) },
    {
        input: "excludeDiskIds[0]",
        likely: "d-bp1",
        put: (value) => inputsWith({ excludeDiskIds: [value] }),
    },
    {
        input: "linux.preScriptPath",
        likely: "/root/pre.sh",
        put: (value) => inputsWith({ linux: { preScriptPath: value, postScriptPath: "/post.sh" } }),
    },
    {
        input: "linux.postScriptPath",
        likely: "/root/post.sh",
        put: (value) => inputsWith({ linux: { preScriptPath: "/pre.sh", postScriptPath: value } }),
    },
];

function inputsWith(more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return { ...inputsOf(), ...more };
}

function failuresOf(inputs: Readonly<Record<string, unknown>>): InputFailure[] {
    return checkInputs(inputs, "cn-hangzhou");
}

describe("the characters on the command line", () => {
    for (const { input, likely, put } of places) {
        it(`include those of an ordinary ${input}`, () => {
            expect(failuresOf(put(likely))).to.deep.equal([]);
        });

        it(`of a ${input} are, in ASCII, only letters, digits and some that are not special to a shell`, () => {
            const accepted = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter(
                (character) => failuresOf(put(`${likely}${character}x`)).length === 0,
            );
            expect(accepted.join("")).to.match(/^[-./]*[0-9]+:?[A-Z]+_?[a-z]+$/);
            expect(accepted.join("").replace(/[^A-Za-z0-9]/g, "")).to.have.length(62);
        });

        it(`of a ${input} include none that is special to a shell or the manager`, () => {
            fc.assert(
                fc.property(fc.string({ unit: "binary", maxLength: 40 }), (value) => {
                    fc.pre(!/^[A-Za-z0-9._:/-]*$/.test(value));
                    const failures = failuresOf(put(likely + value));
                    expect(failures.map((failure) => failure.input)).to.deep.equal([input]);
                }),
                { numRuns: 300 },
            );
        });
    }
});
