import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { closeAll, goodParams, linux2, pluginLine, run, sdk, start } from "./support";

// Nobody knows how the plugin starts a script. With /bin/sh its first line would be a comment.

describe("emulator: the starts of scripts", () => {
    afterEach(closeAll);
    const pre = "/root/app-snapshot/prescript.sh";

    async function outputOf(
        content: string,
        behaviour: Parameters<Emulator["controls"]["behaviour"]>[0] = {},
    ) {
        const emulator = await start({ behaviour });
        emulator.controls.setFile(linux2, { path: pre, content, owner: "root", group: "root", mode: "0700" });
        return run(sdk(emulator), linux2, pluginLine(goodParams));
    }

    const bash = '#!/bin/bash -e\nwords=(a b c)\necho "${#words[@]} words"\nfalse\necho never\n';

    it("honour the first line, with its argument", async () => {
        for (const first of ["#!/bin/bash -e", "#! /bin/bash -e", "#!\t/usr/bin/env -S bash -e"]) {
            const row = await outputOf(bash.replace("#!/bin/bash -e", first));
            expect(row.text, first).to.contain("3 words\n").and.not.to.contain("never");
            expect(row.text, first).to.contain("Run PreScript failed: exit code 1");
            expect(row.exitCode).to.equal(9);
        }
        const node = await outputOf("#!/usr/bin/env node\nconsole.log([1, 2].map((n) => n + 1).join());\n");
        expect(node.text).to.contain("2,3\n").and.to.contain("Run PreScript successfully");
    });

    it("fail without an interpreter", async () => {
        const cases = [
            ["#!/no/such/interpreter\n", "no such file or directory"],
            ["echo no first line\n", "exec format error"],
            ["", "exec format error"],
        ] as const;
        for (const [content, why] of cases) {
            const row = await outputOf(content);
            expect(row.text).to.contain(`Run PreScript failed: fork/exec ${pre}: ${why}`);
            expect(row.exitCode).to.equal(9);
        }
    });

    it("are with /bin/sh, when told so", async () => {
        const shell = { scriptStart: "shell" } as const;
        const plain = await outputOf("#!/no/such/interpreter\necho $0 | sed 's:.*/::'\n", shell);
        expect(plain.text).to.contain("script.sh\n").and.to.contain("Run PreScript successfully");
        const none = await outputOf("echo no first line\n", shell);
        expect(none.text).to.contain("no first line\n").and.to.contain("Run PreScript successfully");
    });
});
