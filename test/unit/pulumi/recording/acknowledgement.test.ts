import {
    chmodSync,
    existsSync,
    mkdirSync,
    readdirSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { expect } from "chai";

import {
    acknowledge,
    acknowledgedPath,
    acknowledgementFolder,
    expectAcknowledgement,
    expectedPath,
    isAcknowledged,
    removeAcknowledgement,
} from "../../../../provider/src/pulumi/recording/acknowledgement";
import { rejection } from "../../support/rejection";
import { TemporaryFolder } from "../../support/temporary-folder";

/** Windows has no modes, and root has all rights. */
const hasModes = process.getuid !== undefined;

describe("the acknowledgement of a snapshot", () => {
    let folder: TemporaryFolder;

    beforeEach(() => {
        folder = new TemporaryFolder();
        folder.use();
    });
    afterEach(() => {
        folder.remove();
    });

    const left = (): string[] => readdirSync(acknowledgementFolder()).sort();

    it("is a separate file for each invocation, in the user's own folder", async () => {
        expect(dirname(acknowledgementFolder())).to.equal(folder.path);
        if (process.getuid !== undefined) {
            expect(basename(acknowledgementFolder())).to.match(new RegExp(`-${process.getuid()}$`));
        }
        await expectAcknowledgement("t-1");
        await expectAcknowledgement("t-2");
        expect(left()).to.deep.equal(["t-1", "t-2"]);
        if (hasModes) {
            expect(statSync(acknowledgementFolder()).mode & 0o777).to.equal(0o700);
            expect(statSync(expectedPath("t-1")).mode & 0o777).to.equal(0o600);
        }
    });

    it("stays in that folder for any id", () => {
        for (const id of ["../../etc/passwd", "/etc/passwd", "a\\..\\b", "t-1\0", "", "/", ".."]) {
            for (const path of [expectedPath(id), acknowledgedPath(id)]) {
                expect(dirname(path), id).to.equal(acknowledgementFolder());
            }
        }
    });

    it("says that a snapshot is recorded once the program has acknowledged it, and no other one", async () => {
        await expectAcknowledgement("t-1");
        await expectAcknowledgement("t-2");
        expect(await isAcknowledged("t-1")).to.equal(false);
        acknowledge("t-1");
        expect(await isAcknowledged("t-1")).to.equal(true);
        expect(await isAcknowledged("t-2")).to.equal(false);
        expect(left()).to.deep.equal(["t-1.recorded", "t-2"]);
    });

    it("still says so if the program acknowledges it again, or twice at once", async () => {
        await expectAcknowledgement("t-1");
        acknowledge("t-1");
        acknowledge("t-1");
        expect(await isAcknowledged("t-1")).to.equal(true);
        expect(left()).to.deep.equal(["t-1.recorded"]);
    });

    it("can be in another process' folder for temporary files", async () => {
        await expectAcknowledgement("t-1");
        folder.use(join(folder.path, "elsewhere"));
        acknowledge("t-1", folder.path);
        folder.use();
        expect(await isAcknowledged("t-1")).to.equal(true);
    });

    it("may be missing: the program also knows unchanged snapshots", async () => {
        acknowledge("t-1");
        acknowledge(undefined);
        expect(await isAcknowledged("t-1")).to.equal(false);
        expect(existsSync(acknowledgementFolder())).to.equal(false);
        await expectAcknowledgement("t-2");
        acknowledge("t-1");
        acknowledge("");
        expect(await isAcknowledged("t-1")).to.equal(false);
        expect(left()).to.deep.equal(["t-2"]);
    });

    it("is a new one if a killed process left one, acknowledged or not", async () => {
        for (const acknowledged of [false, true]) {
            await expectAcknowledgement("t-1");
            if (acknowledged) {
                acknowledge("t-1");
            }
            await expectAcknowledgement("t-1");
            expect(await isAcknowledged("t-1")).to.equal(false);
            acknowledge("t-1");
            expect(await isAcknowledged("t-1")).to.equal(true);
        }
    });

    it("leaves no file when it is removed, acknowledged or not", async () => {
        await expectAcknowledgement("t-1");
        await expectAcknowledgement("t-2");
        acknowledge("t-2");
        await removeAcknowledgement("t-1");
        await removeAcknowledgement("t-2");
        expect(left()).to.deep.equal([]);
        acknowledge("t-1");
        expect(await isAcknowledged("t-1")).to.equal(false);
    });

    it("leaves no file either when it is acknowledged while it is removed", async () => {
        for (let turns = 0; turns < 20; turns++) {
            await expectAcknowledgement("t-1");
            const removed = removeAcknowledgement("t-1");
            for (let turn = 0; turn < turns; turn++) {
                await new Promise((resolve) => setImmediate(resolve));
            }
            acknowledge("t-1");
            await removed;
            expect(left(), `after ${turns} turns`).to.deep.equal([]);
        }
    });

    it("says nothing once it is swept away, with or without its folder", async () => {
        for (const swept of [() => expectedPath("t-1"), acknowledgementFolder]) {
            await expectAcknowledgement("t-1");
            rmSync(swept(), { recursive: true });
            expect(await isAcknowledged("t-1")).to.equal(false);
            acknowledge("t-1");
            expect(await isAcknowledged("t-1")).to.equal(false);
        }
        await expectAcknowledgement("t-1");
        acknowledge("t-1");
        expect(await isAcknowledged("t-1"), "a new one").to.equal(true);
    });

    it("says nothing if something else than a file has its name", async () => {
        await expectAcknowledgement("t-1");
        mkdirSync(acknowledgedPath("t-1"));
        expect(await isAcknowledged("t-1")).to.equal(false);
        acknowledge("t-1");
        expect(await isAcknowledged("t-1")).to.equal(false);
        await rejection(expectAcknowledgement("t-1"));
    });

    /** The target of a planted link, which must stay untouched. */
    function elsewhere(): string {
        const path = join(folder.path, "elsewhere");
        mkdirSync(path, { mode: 0o700 });
        return path;
    }

    if (hasModes) {
        it("is never a planted link, and is not written through one", async () => {
            const target = join(elsewhere(), "target");
            await expectAcknowledgement("t-2");
            symlinkSync(target, expectedPath("t-1"));
            await expectAcknowledgement("t-1");
            expect(existsSync(target)).to.equal(false);
            expect(await isAcknowledged("t-1")).to.equal(false);

            writeFileSync(target, "");
            symlinkSync(target, acknowledgedPath("t-2"));
            expect(await isAcknowledged("t-2")).to.equal(false);
            await expectAcknowledgement("t-2");
            expect(existsSync(target), "the link is removed, not its target").to.equal(true);

            rmSync(expectedPath("t-2"));
            symlinkSync(target, expectedPath("t-2"));
            acknowledge("t-2");
            expect(await isAcknowledged("t-2")).to.equal(false);
        });

        it("is not in a folder behind a planted link", async () => {
            const target = elsewhere();
            symlinkSync(target, acknowledgementFolder());
            await expectUnusable(target);
        });

        it("is not in a folder that others may enter, or may list", async () => {
            for (const mode of [0o777, 0o770, 0o701, 0o740]) {
                mkdirSync(acknowledgementFolder());
                chmodSync(acknowledgementFolder(), mode);
                await expectUnusable(acknowledgementFolder());
                rmSync(acknowledgementFolder(), { recursive: true });
            }
        });

        it("is not in a folder that others may enter now", async () => {
            await expectAcknowledgement("t-1");
            acknowledge("t-1");
            chmodSync(acknowledgementFolder(), 0o777);
            expect(await isAcknowledged("t-1")).to.equal(false);
        });

        it("is not in the folder of another user", async () => {
            await expectAcknowledgement("t-1");
            const { getuid } = process;
            const uid = getuid?.() ?? 0;
            const own = acknowledgementFolder();
            // The user who runs this is not the owner of the folder with that name.
            process.getuid = () => uid + 1;
            try {
                mkdirSync(acknowledgementFolder(), { mode: 0o700 });
                expect(acknowledgementFolder()).not.to.equal(own);
                await expectUnusable(acknowledgementFolder());
            } finally {
                process.getuid = getuid as () => number;
            }
            expect(left()).to.deep.equal(["t-1"]);
        });
    }

    it("is not in a file with the folder's name", async () => {
        writeFileSync(acknowledgementFolder(), "", { mode: 0o600 });
        expect((await rejection(expectAcknowledgement("t-1"))).message).to.include(
            "is not a folder of this user alone",
        );
        expect(await isAcknowledged("t-1")).to.equal(false);
        acknowledge("t-1");
    });

    /** Expects that neither process trusts or changes anything in the folder. */
    async function expectUnusable(target: string): Promise<void> {
        const refusal = "is not a folder of this user alone";
        expect((await rejection(expectAcknowledgement("t-1"))).message).to.include(refusal);
        expect(readdirSync(target)).to.deep.equal([]);
        for (const name of ["t-1", "t-2.recorded"]) {
            writeFileSync(join(target, name), "");
        }
        acknowledge("t-1");
        expect(await isAcknowledged("t-1")).to.equal(false);
        expect(await isAcknowledged("t-2")).to.equal(false);
        expect((await rejection(removeAcknowledgement("t-1"))).message).to.include(refusal);
        expect(readdirSync(target).sort()).to.deep.equal(["t-1", "t-2.recorded"]);
    }
});
