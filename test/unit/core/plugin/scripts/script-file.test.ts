import { createHash } from "node:crypto";

import { expect } from "chai";
import * as fc from "fast-check";

import type { ScriptSource } from "../../../../../provider/src/core/inputs/specification";
import {
    deliveriesOf,
    type ScriptFiles,
    scriptFiles,
} from "../../../../../provider/src/core/plugin/scripts/script-file";
import { sha256 } from "../../../../../provider/src/runtime/digest";
import { scriptTexts } from "../../../support/arbitrary-inputs";
import { sampleRunId } from "../../../support/commands";

const pre = { content: "#!/bin/sh\necho pre\n" };
const post = { content: "#!/bin/sh\necho post\n" };
const path = { path: "/root/script.sh" };

function files(
    scripts: { readonly pre: ScriptSource; readonly post: ScriptSource },
    { keepScripts = false, runId = sampleRunId } = {},
): ScriptFiles {
    const made = scriptFiles({ scripts, keepScripts }, runId);
    if (made === undefined) {
        throw new Error("There are no files.");
    }
    return made;
}

function digest(text: string): string {
    return createHash("sha256").update(Buffer.from(text)).digest("hex");
}

describe("the files of scripts", () => {
    it("are none without scripts", () => {
        for (const keepScripts of [true, false]) {
            expect(scriptFiles({ scripts: undefined, keepScripts }, sampleRunId)).to.equal(undefined);
        }
    });

    it("are existing ones if a path is given", () => {
        const made = files({ pre: path, post: { path: "/other" } });
        expect(made).to.deep.equal({ pre: path, post: { path: "/other" }, kept: false });
        expect(deliveriesOf(made)).to.deep.equal([]);
    });

    it("are new ones, named after the run, the script and its content, if a text is given", () => {
        const made = files({ pre, post });
        const name = `${sampleRunId}-pre-${digest(pre.content).slice(0, 16)}.once`;
        expect(made.pre).to.deep.equal({
            path: `/var/lib/app-snapshot/${name}`,
            delivery: { what: "pre", name, content: pre.content, sha256: digest(pre.content) },
        });
        expect(made.post.path).to.equal(
            `/var/lib/app-snapshot/${sampleRunId}-post-${digest(post.content).slice(0, 16)}.once`,
        );
        expect(deliveriesOf(made)).to.deep.equal([made.pre.delivery, made.post.delivery]);
    });

    it("may be one of each", () => {
        expect(deliveriesOf(files({ pre, post: path })).map(({ what }) => what)).to.deep.equal(["pre"]);
        expect(deliveriesOf(files({ pre: path, post })).map(({ what }) => what)).to.deep.equal(["post"]);
        expect(files({ pre: path, post }).pre).to.deep.equal(path);
    });

    it("have other names if they are kept: nobody sweeps those away", () => {
        const made = files({ pre, post }, { keepScripts: true });
        expect(made.kept).to.equal(true);
        for (const { name, content } of deliveriesOf(made)) {
            expect(name).to.match(new RegExp(`^${sampleRunId}-(pre|post)-${digest(content).slice(0, 16)}$`));
        }
        expect(files({ pre, post }).kept).to.equal(false);
    });

    it("differ for two runs, two contents or two scripts", () => {
        const names = [
            ...deliveriesOf(files({ pre, post })),
            ...deliveriesOf(files({ pre: post, post: pre })),
            ...deliveriesOf(files({ pre, post }, { runId: sampleRunId.replace("0a", "0b") })),
            ...deliveriesOf(files({ pre, post }, { keepScripts: true })),
        ].map(({ name }) => name);
        expect(new Set(names).size).to.equal(names.length);
        const same = deliveriesOf(files({ pre, post: pre })).map(({ name }) => name);
        expect(new Set(same).size).to.equal(2);
    });

    it("have names and paths within the limits of the API and of the command line, for any text", () => {
        fc.assert(
            fc.property(scriptTexts, scriptTexts, fc.uuid(), fc.boolean(), (one, other, runId, kept) => {
                const made = files(
                    { pre: { content: one }, post: { content: other } },
                    { runId, keepScripts: kept },
                );
                for (const { path: at, delivery } of [made.pre, made.post]) {
                    expect(at).to.match(/^\/[A-Za-z0-9._/-]{1,254}$/);
                    expect(at).to.equal(`/var/lib/app-snapshot/${delivery?.name ?? ""}`);
                    expect(delivery?.name).to.match(/^[\w.-]{1,255}$/);
                    expect(delivery?.sha256).to.equal(digest(delivery?.content ?? ""));
                }
            }),
        );
    });
});

describe("the digest of a text", () => {
    it("is that of its bytes in UTF-8, which are delivered", () => {
        expect(sha256("abc")).to.equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        expect(sha256("数据😀")).to.equal(digest("数据😀"));
    });
});
