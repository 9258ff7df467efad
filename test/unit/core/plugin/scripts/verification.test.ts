import { createHash } from "node:crypto";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

import { expect } from "chai";

import { pluginCommand } from "../../../../../provider/src/core/plugin/command";
import type { ScriptFile, ScriptFiles } from "../../../../../provider/src/core/plugin/scripts/script-file";
import { refusalReasons } from "../../../../../provider/src/core/plugin/scripts/verification";
import { RootFolder, runReally, whyNotAsRoot } from "../../../support/root-folder";
import { specificationOf } from "../../../support/samples";
import { shells } from "../../../support/shells";

const text = "#!/bin/sh\necho hunter2\n";
const digest = createHash("sha256").update(text).digest("hex");

/** The result of a command with the real programs of this system. */
interface Result {
    /** Tells whether the plugin's manager was called. */
    readonly ran: boolean;
    readonly exitCode: number | null;
    readonly output: string;
    /** The reported problems, one per file. */
    readonly problems: readonly string[];
}

for (const shell of shells) {
    describe(`the verification of the scripts, in ${shell.name} with real files`, () => {
        let folder: RootFolder;
        let pre: string;
        let post: string;

        before(function () {
            const reason = whyNotAsRoot();
            if (reason !== undefined) {
                console.log(`    skipped: ${reason}`);
                this.skip();
            }
        });
        beforeEach(() => {
            folder = new RootFolder();
            folder.directory("programs", { mode: 0o755 });
            folder.file("programs/acs-plugin-manager", {
                text: `#!/bin/sh\n: > '${folder.at("ran")}'\nexit 7\n`,
                mode: 0o755,
            });
            // Named like delivered files.
            pre = folder.file(`1-pre-${digest.slice(0, 16)}.once`, { text });
            post = folder.file(`1-post-${digest.slice(0, 16)}`, { text });
        });
        afterEach(() => {
            folder.remove();
        });

        const delivered = (path: string, content = text): ScriptFile => ({
            path,
            delivery: {
                what: "pre",
                name: "unused",
                content,
                sha256: createHash("sha256").update(content).digest("hex"),
            },
        });

        function run(files: Partial<ScriptFiles> = {}, locale?: string): Result {
            const { commandContent } = pluginCommand({
                osType: "linux",
                specification: specificationOf(),
                snapshotGroupName: "group-1",
                managerHasTimeout: true,
                scripts: { pre: { path: pre }, post: { path: post }, kept: true, ...files },
            });
            const options = { path: folder.at("programs"), ...(locale === undefined ? {} : { locale }) };
            const { status, stdout, stderr } = runReally(shell, commandContent, options);
            const ran = existsSync(folder.at("ran"));
            rmSync(folder.at("ran"), { force: true });
            const output = stdout + stderr;
            return { ran, exitCode: status, output, problems: refusalReasons(output).split("; ") };
        }

        const both = (): Pick<ScriptFiles, "pre" | "post"> => ({
            pre: delivered(pre),
            post: delivered(post),
        });

        /** Expects that the manager is not called, and these reasons. */
        function expectRefusal(result: Result, problems: readonly string[]): void {
            expect(result.ran, result.output).to.equal(false);
            expect(result.exitCode, result.output).to.equal(64);
            expect(result.problems).to.deep.equal(problems);
        }

        for (const locale of ["C", "C.UTF-8", "zh_CN.UTF-8", "xx_XX.UTF-8"]) {
            it(`accepts right files, given or delivered, in the language ${locale}, known or not`, () => {
                for (const files of [
                    {},
                    both(),
                    { pre: delivered(pre) },
                    { post: delivered(post) },
                    { post: { path: pre } },
                ]) {
                    const { ran, exitCode, output } = run(files, locale);
                    expect({ ran, exitCode }, output).to.deep.equal({ ran: true, exitCode: 7 });
                    // Bash itself complains about a language that it lacks.
                    expect(output.replace(/^.*: warning: setlocale: .*\n/gm, "")).to.equal("");
                }
            });
        }

        it("finds missing ones", () => {
            const missing = "No such file or directory";
            rmSync(post);
            for (const files of [{}, both(), { pre: delivered(pre) }, { post: delivered(post) }]) {
                expectRefusal(run(files), [`${post}: ${missing}`]);
            }
            expectRefusal(run({}, "zh_CN.UTF-8"), [`${post}: ${missing}`]);
            rmSync(pre);
            for (const files of [{}, both()]) {
                expectRefusal(run(files), [`${pre}: ${missing}`, `${post}: ${missing}`]);
            }
            const beneath = `${folder.at("programs/acs-plugin-manager")}/x`;
            expectRefusal(run({ pre: { path: beneath } }), [
                `${beneath}: Not a directory`,
                `${post}: ${missing}`,
            ]);
        });

        it("finds wrong owners", () => {
            folder.file(basename(post), { text, owner: 1_000 });
            for (const files of [{}, both()]) {
                expectRefusal(run(files), [`${post} belongs to the user with id 1000`]);
            }
            folder.file(basename(pre), { text, owner: 1 });
            expectRefusal(run(both()), [
                `${pre} belongs to the user with id 1`,
                `${post} belongs to the user with id 1000`,
            ]);
        });

        for (const mode of [
            ...["0000", "0100", "0200", "0300", "0400", "0500", "0600", "0701", "0702", "0704", "0710"],
            ...["0720", "0740", "0750", "0755", "0770", "0777", "1700", "2700", "4700", "6700", "7777"],
        ]) {
            it(`finds the mode ${mode} of either`, () => {
                for (const path of [pre, post]) {
                    chmodSync(path, Number.parseInt(mode, 8));
                    expectRefusal(run(), [`${path} has mode ${mode}`]);
                    chmodSync(path, 0o700);
                }
                expect(run()).to.include({ ran: true });
            });
        }

        it("finds symbolic links, also to a right file", () => {
            folder.file("right.sh", { text });
            rmSync(pre);
            folder.link(basename(pre), folder.at("right.sh"));
            for (const files of [{}, both()]) {
                expectRefusal(run(files), [`${pre} is a symbolic link`]);
            }
            rmSync(post);
            folder.link(basename(post), folder.at("nowhere"));
            expectRefusal(run(), [`${pre} is a symbolic link`, `${post} is a symbolic link`]);
        });

        it("finds other things than files", () => {
            const directory = folder.directory("directory");
            expectRefusal(run({ pre: { path: directory } }), [`${directory} is a directory`]);
            runReally(shell, `mkfifo -m 0700 ${folder.at("fifo")}`);
            const fifo = folder.at("fifo");
            expectRefusal(run({ post: { path: fifo } }), [`${fifo} is not a regular file`]);
            expectRefusal(run({ post: { path: "/dev/null" } }), ["/dev/null is not a regular file"]);
        });

        it("finds delivered ones with another content", () => {
            const changed = "was changed after it was delivered";
            for (const path of [pre, post]) {
                for (const other of [`${text} `, "", text.replace("hunter2", "hunter3"), `${text}\n`]) {
                    writeFileSync(path, other);
                    expectRefusal(run(both()), [`${path} ${changed}`]);
                    writeFileSync(path, text);
                }
            }
            writeFileSync(post, "other");
            expect(run({ pre: delivered(pre) }), "nobody knows what is right").to.include({ ran: true });
            expectRefusal(run({ post: delivered(post) }), [`${post} ${changed}`]);
        });

        it("finds all problems of both at once", () => {
            folder.file(basename(pre), { text: "other", mode: 0o755, owner: 1_000 });
            folder.file(basename(post), { text, mode: 0o4711, owner: 2 });
            const problems = [
                `${pre} belongs to the user with id 1000 and has mode 0755`,
                `${post} belongs to the user with id 2 and has mode 4711`,
            ];
            expectRefusal(run(), problems);
            expectRefusal(run(both()), [...problems, `${pre} was changed after it was delivered`]);
            rmSync(pre);
            expectRefusal(run(both()), [
                `${pre}: No such file or directory`,
                `${post} belongs to the user with id 2 and has mode 4711`,
            ]);
        });

        it("shows nothing of their content", () => {
            writeFileSync(pre, "hunter2");
            chmodSync(post, 0o755);
            expect(run(both()).output).not.to.include("hunter2");
        });
    });
}

describe("the problems with scripts", () => {
    it("are also found in the words of older systems", () => {
        expect(refusalReasons("stat: cannot stat '/a': No such file or directory")).to.equal(
            "/a: No such file or directory",
        );
        expect(refusalReasons("stat: cannot stat /a: Permission denied\r\n/b 0 81c0\r\n")).to.equal(
            "/a: Permission denied",
        );
    });

    it("are the programs' own output if they name no file, without other lines", () => {
        const noise = 'x /a 1 81ff\n[message="/b 1 81ff"]\n/c 1 81ff more\n/d one 81ff\n';
        expect(refusalReasons(noise)).to.equal(
            'they could not be checked: x /a 1 81ff [message="/b 1 81ff"] /c 1 81ff more /d one 81ff',
        );
    });
});
