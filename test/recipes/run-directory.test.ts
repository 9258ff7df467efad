import {
    chmodSync,
    chownSync,
    existsSync,
    mkdirSync,
    readdirSync,
    rmSync,
    statSync,
    symlinkSync,
} from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { mysql, type Scripts } from "../../provider/src/recipes/recipes";
import { newDirectory } from "./support/places";
import { demand } from "./support/requirements";
import { ScriptFolder } from "./support/scripts";

// These tests need no database: the scripts fail before they look for one, or because there is none.

describe("the run directory of a recipe", () => {
    let directory: string;
    let runDirectory: string;
    let folder: ScriptFolder;

    before(function () {
        demand(this, "root");
    });

    beforeEach(() => {
        directory = newDirectory("run");
        runDirectory = join(directory, "run");
        folder = new ScriptFolder();
    });

    afterEach(() => {
        folder.remove();
        rmSync(directory, { recursive: true });
    });

    function scripts(options = {}): Scripts {
        return mysql({ client: "/bin/false", runDirectory, ...options });
    }

    async function expectRefusal(reason: RegExp): Promise<void> {
        for (const text of Object.values(scripts()) as string[]) {
            const { code, output } = await folder.run(text);
            expect(code, output).to.equal(1);
            expect(output).to.match(reason);
        }
    }

    it("is made for root alone if it is missing, and left empty", async () => {
        const { output } = await folder.run(scripts().preScript);
        expect(output).to.match(/nothing is locked: the client ended\n$/);
        expect(statSync(runDirectory).mode & 0o7777).to.equal(0o700);
        expect(statSync(runDirectory).uid).to.equal(0);
        expect(readdirSync(runDirectory)).to.deep.equal([]);
    });

    it("is refused if it can't be made", async () => {
        const { code, output } = await folder.run(
            scripts({ runDirectory: join(directory, "no", "where") }).preScript,
        );
        expect(code).to.equal(1);
        expect(output).to.match(/can't make \S+\/no\/where\n$/);
    });

    for (const mode of [0o755, 0o770, 0o701, 0o1777]) {
        it(`is refused with mode 0${mode.toString(8)}`, async () => {
            mkdirSync(runDirectory);
            mkdirSync(join(runDirectory, "mysql"));
            chmodSync(runDirectory, mode);
            await expectRefusal(/must be a directory of root's own with mode 0700|nothing was released/);
            expect(readdirSync(join(runDirectory, "mysql"))).to.deep.equal([]);
        });
    }

    it("is refused if it is somebody else's", async () => {
        mkdirSync(runDirectory, { mode: 0o700 });
        mkdirSync(join(runDirectory, "mysql"));
        chownSync(runDirectory, 65_534, 65_534);
        await expectRefusal(/must be a directory of root's own with mode 0700|nothing was released/);
    });

    it("is refused if it is a symbolic link, or behind one, even to a good one", async () => {
        const good = join(directory, "good");
        mkdirSync(join(good, "mysql"), { recursive: true, mode: 0o700 });
        mkdirSync(join(good, "inner", "mysql"), { recursive: true, mode: 0o700 });
        symlinkSync(good, runDirectory);
        await expectRefusal(/named without symbolic links|nothing was released/);
        runDirectory = join(runDirectory, "inner");
        await expectRefusal(/named without symbolic links|nothing was released/);
    });

    it("is refused if it is a file", async () => {
        runDirectory = folder.write("text");
        const { code, output } = await folder.run(scripts().preScript);
        expect(code).to.equal(1);
        expect(output).to.match(/must be a directory of root's own/);
    });

    it("is touched by root alone", async () => {
        const { preScript, postScript } = scripts();
        chmodSync(folder.directory, 0o755);
        for (const text of [preScript, postScript]) {
            const file = folder.write(text);
            chmodSync(file, 0o755);
            const { code, output } = await folder.run(`exec runuser -u nobody -- sh ${file}`);
            expect(code).to.equal(1);
            expect(output).to.match(/^app-snapshot: mysql: must run as root\n$/);
        }
        expect(existsSync(runDirectory)).to.equal(false);
    });

    it("is not made if the database's client is missing", async () => {
        const { code, output } = await folder.run(scripts({ client: "/nowhere/mysql" }).preScript);
        expect(code).to.equal(1);
        expect(output).to.equal(
            "app-snapshot: mysql: /nowhere/mysql not found: install the client, or name its path in the option client\n",
        );
        expect(existsSync(runDirectory)).to.equal(false);
    });
});
