import { expect } from "chai";
import { startEmulator } from "pulumi-alicloud-app-snapshot-emulator";

import { codeSpans, document, section, tableRows } from "../docs/support/markdown";

describe("the emulator's page about its controls", () => {
    it("lists each of them, and nothing else", async () => {
        const emulator = await startEmulator();
        try {
            const prototype = Object.getPrototypeOf(emulator.controls) as object;
            const methods = Object.getOwnPropertyNames(prototype).filter((name) =>
                new RegExp(`^    ${name}\\(`, "m").exec(
                    document("emulator/dist/controls/test-controls.d.ts"),
                ),
            );
            const rows = tableRows(section(document("emulator/README.md"), "### Controls"));
            const listed = rows.flatMap(([cell = ""]) => codeSpans(cell)).map((span) => span.split("(")[0]);
            expect(methods).to.include("setAgent");
            expect(listed).to.have.members(methods.filter((name) => name !== "constructor"));
        } finally {
            await emulator.close();
        }
    });
});
