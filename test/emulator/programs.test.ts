import { expect } from "chai";

import { FileSystem } from "../../emulator/src/file-system/file-system";
import { Users } from "../../emulator/src/file-system/users";
import { quoted, quotedIfNeeded } from "../../emulator/src/programs/quote";
import { runProgram } from "../../emulator/src/programs/table";

// What should not be tried beside the real programs of a machine.

// What should not be tried beside the real programs of a machine.
function nothing(): never {
    throw new Error("nothing runs here");
}

/** Runs a program on an instance with one file. */
async function run(name: string, ...args: string[]) {
    const fileSystem = new FileSystem(() => 0);
    const own = { owner: "root", group: "root" };
    fileSystem.put({ path: "/root/file", mode: "0600", content: "x", ...own });
    let text = "";
    const say = (words: string) => {
        text += words;
    };
    const exitCode = await runProgram(name, args, {
        fileSystem,
        users: new Users(),
        now: () => 0,
        print: say,
        complain: say,
        runHere: () => Promise.reject(new Error("nothing runs here")),
        become: () => nothing(),
        makeShared: nothing,
        executable: nothing,
        fileSystemType: () => "tmpfs",
        request: nothing,
        mountedFileSystems: [],
        blockDevices: [],
        thawed: () => Promise.resolve(),
    });
    return { exitCode, text, left: fileSystem.files().map(({ path }) => path) };
}

describe("emulator: programs that could do harm", () => {
    it("rm does not remove the root, however it is called", async () => {
        const failsafe = "rm: use --no-preserve-root to override this failsafe\n";
        const cases: [string, string][] = [
            ["/", `rm: it is dangerous to operate recursively on '/'\n${failsafe}`],
            ["//", `rm: it is dangerous to operate recursively on '//' (same as '/')\n${failsafe}`],
            ["/root/..", "rm: refusing to remove '.' or '..' directory: skipping '/root/..'\n"],
        ];
        for (const [path, text] of cases) {
            expect(await run("rm", "-rf", path)).to.deep.equal({ exitCode: 1, text, left: ["/root/file"] });
        }
        expect((await run("rm", "-r", "--no-preserve-root", "/")).text).to.equal(
            "rm: the option '--no-preserve-root' is not modelled by the emulator\n",
        );
    });

    it("find does not delete the root either, only what is in it", async () => {
        expect(await run("find", "/", "-delete")).to.deep.equal({
            exitCode: 1,
            text: "find: cannot delete '/': Device or resource busy\n",
            left: [],
        });
    });
});

describe("emulator: names in complaints", () => {
    const cases: [string, string, string][] = [
        ["/plain", "'/plain'", "/plain"],
        ["/a b", "'/a b'", "'/a b'"],
        ["/it's", `"/it's"`, `"/it's"`],
        [`/it's "x"`, `'/it'\\''s "x"'`, `'/it'\\''s "x"'`],
        ["/a\nb", "'/a'$'\\n''b'", "'/a'$'\\n''b'"],
        ["/é", "'/'$'\\303\\251'", "'/'$'\\303\\251'"],
    ];
    for (const [name, always, ifNeeded] of cases) {
        it(`${JSON.stringify(name)} is quoted as ${always}`, () => {
            expect(quoted(name)).to.equal(always);
            expect(quotedIfNeeded(name)).to.equal(ifNeeded);
        });
    }
});
