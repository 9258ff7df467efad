import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import { defaultBehaviour, fastTiming, readSettings } from "pulumi-alicloud-app-snapshot-emulator";

import { codeSpans, document, section, tableRows } from "../docs/support/markdown";
import { withFolder } from "../support/folder";

const page = document("emulator/README.md");

/** The readings of each behaviour by its name, as the emulator's page lists them; the default comes first. */
const listed = tableRows(section(page, "## Behaviour")).map(([name = "", readings = ""]) => ({
    name: codeSpans(name)[0] ?? "",
    readings: readings.split(",").map((reading) => {
        const text = reading.trim().replaceAll("`", "");
        return /^(?:true|false|\d+)$/.test(text) && name !== "`absentAgent`"
            ? (JSON.parse(text) as boolean | number)
            : text;
    }),
}));

async function problemOf(settings: unknown): Promise<string> {
    return withFolder(async (folder) => {
        const file = join(folder, "settings.json");
        await writeFile(file, typeof settings === "string" ? settings : JSON.stringify(settings));
        try {
            readSettings(file);
        } catch (thrown) {
            const { message } = thrown as Error;
            expect(message).to.include(file);
            return message;
        }
        throw new Error("they were accepted");
    });
}

describe("emulator: settings", () => {
    it("have every behaviour of the page, with each of its readings, and no other one", async () => {
        expect(listed.map(({ name }) => name)).to.have.members(Object.keys(defaultBehaviour));
        expect(Object.fromEntries(listed.map(({ name, readings }) => [name, readings[0]]))).to.deep.equal(
            defaultBehaviour,
        );
        await withFolder(async (folder) => {
            const file = join(folder, "settings.json");
            for (const { name, readings } of listed) {
                for (const reading of readings) {
                    const settings = { behaviour: { [name]: reading } };
                    await writeFile(file, JSON.stringify(settings));
                    expect(readSettings(file)).to.deep.equal(settings);
                }
                const wrong = await problemOf({ behaviour: { [name]: "another" } });
                expect(wrong).to.include(`behaviour.${name} must be `);
                for (const reading of readings) {
                    expect(wrong).to.include(String(reading));
                }
            }
        });
    });

    it("have every duration", async () => {
        await withFolder(async (folder) => {
            const file = join(folder, "settings.json");
            await writeFile(file, JSON.stringify({ timing: { ...fastTiming, clockOffsetMs: -5 } }));
            expect(readSettings(file)).to.deep.equal({ timing: { ...fastTiming, clockOffsetMs: -5 } });
        });
        expect(await problemOf({ timing: { pluginMs: -1 } })).to.include("timing.pluginMs must be");
    });

    it("are refused with the names that exist", async () => {
        expect(await problemOf({ behavior: {} })).to.include("behaviour, timing");
        expect(await problemOf({ behaviour: { groupTag: "refused" } })).to.match(
            /groupTag is not .*groupTags/,
        );
        expect(await problemOf("{")).to.include("is not JSON");
    });
});
