import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";

import { expect } from "chai";

import { directoryCommand, scriptDirectory } from "../../../../../provider/src/core/plugin/scripts/directory";
import { RootFolder, runReally, whyNotAsRoot } from "../../../support/root-folder";
import { shells } from "../../../support/shells";

describe("the directory of the scripts", () => {
    it("is writable by root alone", () => {
        expect(scriptDirectory).to.equal("/var/lib/app-snapshot");
        expect(directoryCommand()).to.equal(directoryCommand(scriptDirectory));
    });
});

for (const shell of shells) {
    describe(`preparing the directory of the scripts, in ${shell.name} with real files`, () => {
        let folder: RootFolder;
        let directory: string;

        before(function () {
            const reason = whyNotAsRoot();
            if (reason !== undefined) {
                console.log(`    skipped: ${reason}`);
                this.skip();
            }
        });
        beforeEach(() => {
            folder = new RootFolder();
            directory = folder.at("scripts");
        });
        afterEach(() => {
            folder.remove();
        });

        const prepare = (
            before = "",
            at = directory,
        ): { readonly exitCode: number | null; readonly output: string } => {
            const { status, stdout, stderr } = runReally(shell, before + directoryCommand(at));
            return { exitCode: status, output: stdout + stderr };
        };
        const ready = { exitCode: 0, output: "" };

        it("makes it for root alone, whatever the umask", () => {
            for (const umask of ["0000", "0022", "0077", "0777"]) {
                const made = folder.at(`umask-${umask}`);
                expect(prepare(`umask ${umask}\n`, made)).to.deep.equal(ready);
                const { mode, uid } = lstatSync(made);
                expect([mode.toString(8), uid], umask).to.deep.equal(["40700", 0]);
            }
        });

        it("accepts an existing one", () => {
            folder.directory("scripts");
            expect(prepare()).to.deep.equal(ready);
            expect(prepare()).to.deep.equal(ready);
        });

        /** Expects that the directory is neither used nor changed. */
        const expectRefusal = (found: string): void => {
            const before = lstatSync(directory);
            const { exitCode, output } = prepare();
            expect(exitCode).to.equal(64);
            expect(output).to.include(
                `${directory} is not a directory of root with mode 0700, but (user id, mode):\n${found}\n`,
            );
            const { mode, uid } = lstatSync(directory);
            expect([mode, uid]).to.deep.equal([before.mode, before.uid]);
        };

        it("refuses one of another user", () => {
            folder.directory("scripts", { owner: 1_000 });
            expectRefusal("1000 41c0");
        });

        it("refuses one that others can enter, or that has special bits", () => {
            for (const [mode, shown] of [
                [0o755, "41ed"],
                [0o710, "41c8"],
                [0o701, "41c1"],
                [0o1700, "43c0"],
                [0o2700, "45c0"],
                [0o500, "4140"],
            ] as const) {
                folder.directory("scripts", { mode });
                expectRefusal(`0 ${shown}`);
                folder.remove();
                folder = new RootFolder();
                directory = folder.at("scripts");
            }
        });

        it("refuses a link, also to a directory of root alone", () => {
            folder.directory("other");
            folder.link("scripts", folder.at("other"));
            expectRefusal("0 a1ff");
        });

        it("refuses a file in its place, and says why it can't be made", () => {
            folder.file("scripts");
            expectRefusal("0 81c0");
            expect(prepare().output).to.include("mkdir: ");
            const beneath = folder.at("scripts/beneath");
            const { exitCode, output } = prepare("", beneath);
            expect(exitCode).to.equal(64);
            expect(output).to.include("mkdir: ").and.to.include("Not a directory");
        });

        it("leaves a refused place alone, including old files", () => {
            folder.directory("scripts", { mode: 0o755 });
            folder.file("scripts/old.once");
            runReally(shell, `touch -d '30 hours ago' ${folder.at("scripts/old.once")}`);
            expectRefusal("0 41ed");
            expect(existsSync(folder.at("scripts/old.once"))).to.equal(true);
        });

        it("sweeps away the remains of a killed run, and nothing else", () => {
            folder.directory("scripts");
            folder.directory("scripts/directory.once");
            folder.directory("scripts/inner");
            folder.directory("elsewhere");
            const files = {
                "scripts/old.once": "26 hours ago",
                "scripts/just-old.once": "1502 minutes ago",
                "scripts/.once": "2 years ago",
                "scripts/just-young.once": "1498 minutes ago",
                "scripts/young.once": "1 hour ago",
                "scripts/future.once": "2 hours",
                "scripts/kept": "2 years ago",
                "scripts/kept.once.sh": "2 years ago",
                "scripts/once": "2 years ago",
                "scripts/inner/old.once": "2 years ago",
                "scripts/directory.once/old.once": "2 years ago",
                "elsewhere/old.once": "2 years ago",
                "elsewhere/linked": "2 years ago",
            };
            for (const name of Object.keys(files)) {
                folder.file(name, { text: name });
            }
            folder.link("scripts/link.once", folder.at("elsewhere/linked"));
            folder.link("scripts/link", folder.at("elsewhere"));
            const ages = Object.entries(files).map(([name, age]) => `touch -d '${age}' ${folder.at(name)}`);
            ages.push(
                `touch -h -d '2 years ago' ${folder.at("scripts/link.once")}`,
                `touch -d '2 years ago' ${folder.at("scripts/directory.once")}`,
            );
            expect(runReally(shell, `set -e\n${ages.join("\n")}`)).to.include({ status: 0, stderr: "" });

            expect(prepare()).to.deep.equal(ready);
            const swept = ["scripts/old.once", "scripts/just-old.once", "scripts/.once"];
            const left = readdirSync(folder.path, { recursive: true })
                .map(String)
                .filter((name) => !name.startsWith("scripts/link/"));
            expect(left).to.have.members([
                "scripts",
                "scripts/directory.once",
                "scripts/inner",
                "scripts/link.once",
                "scripts/link",
                "elsewhere",
                ...Object.keys(files).filter((name) => !swept.includes(name)),
            ]);
            for (const name of Object.keys(files).filter((each) => !swept.includes(each))) {
                expect(readFileSync(folder.at(name), "utf8")).to.equal(name);
            }
        });
    });
}
