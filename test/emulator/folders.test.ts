import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

import { expect } from "chai";

const root = path.join(__dirname, "..", "..", "emulator");
const src = path.join(root, "src");

/** Returns the folders in the order of the emulator's page. */
function listedFolders(): string[] {
    const [, section = ""] = readFileSync(path.join(root, "README.md"), "utf8").split("\n## Inside\n");
    return [...section.matchAll(/^\| `([a-z-]+)`/gm)].map(([, folder = ""]) => folder);
}

/** Returns the folders from which the files of a folder import. */
function importsOf(folder: string): Set<string> {
    const files = readdirSync(path.join(src, folder)).map((file) =>
        readFileSync(path.join(src, folder, file), "utf8"),
    );
    const found = files.flatMap((text) => [...text.matchAll(/from "\.\.\/([a-z-]+)\//g)]);
    return new Set(found.map(([, other = ""]) => other));
}

describe("emulator: folders", () => {
    it("are all listed on its page", () => {
        const folders = readdirSync(src).filter((name) => statSync(path.join(src, name)).isDirectory());
        expect(listedFolders()).to.have.members(folders);
    });

    it("import only from those above them in the list", () => {
        const listed = listedFolders();
        for (const [index, folder] of listed.entries()) {
            const above = listed.slice(0, index);
            expect(
                [...importsOf(folder)].filter((other) => !above.includes(other)),
                folder,
            ).to.deep.equal([]);
        }
    });
});
