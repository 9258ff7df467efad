import { expect } from "chai";

import { closeAll, goodParams, linux2, pluginLine, run, sdk, start, until } from "./support";

/** Puts a script in the place of an instance's pre script. */
function preScript(content: string) {
    return {
        path: "/root/app-snapshot/prescript.sh",
        owner: "root",
        group: "root",
        mode: "0700",
        content: `#!/bin/sh\n${content}`,
    };
}

describe("emulator: the shim of the plugin manager", () => {
    afterEach(closeAll);

    it("prints every byte as the emulator has it", async () => {
        const emulator = await start();
        emulator.controls.setFile(linux2, preScript(String.raw`printf '%s\000%s\n' 'a\0101\\' 'é%d'`));
        const { text, exitCode } = await run(sdk(emulator), linux2, pluginLine(goodParams));
        expect(exitCode, text).to.equal(0);
        expect(text).to.contain(`${String.raw`a\0101\\`}\0é%d\n`);
    });

    it("takes arguments as they are: empty, with spaces, quotes, backslashes and lines", async () => {
        const emulator = await start();
        emulator.controls.addOutcomes(linux2, { exitCode: 0 });
        const line = String.raw`acs-plugin-manager --exec --plugin "a '\" \\0 b
c" ''`;
        expect((await run(sdk(emulator), linux2, line)).text).to.contain(`package [a '" \\0 b\nc]`);
    });

    it("goes on when nobody reads its output any more", async () => {
        const emulator = await start();
        emulator.controls.setFile(linux2, preScript("echo first; sleep 0.2; echo second"));
        const line = `${pluginLine(goodParams)} | head -n 1`;
        expect((await run(sdk(emulator), linux2, line)).exitCode).to.equal(0);
        await until(() => emulator.state.snapshotGroups.length === 1);
    });
});
