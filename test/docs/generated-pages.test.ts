import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { expect } from "chai";

import { root } from "./support/markdown";

describe("docs/errors.md, docs/reference.md and docs/third-party.md", () => {
    it("match the error tables, the types' doc comments and the installed packages", () => {
        const { status, stderr } = spawnSync(process.execPath, [join("tools", "docs.mjs"), "--check"], {
            cwd: root,
            encoding: "utf8",
        });
        expect(status, stderr).to.equal(0);
    });

    it("escape a bar in a cell, also in code", async () => {
        const { table } = await import("../../tools/docs/markdown.mjs");
        expect(table(["a | b"], [["`c | d`"]])).to.equal("| a \\| b |\n| --- |\n| `c \\| d` |");
    });

    it("escape markup in a message", async () => {
        const { inline } = await import("../../tools/docs/markdown.mjs");
        expect(inline("in /log/<version>/, ecs:Describe*; `a <b> *`")).to.equal(
            "in /log/\\<version\\>/, ecs:Describe\\*; `a <b> *`",
        );
    });
});
