import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { brokenLinks } from "../docs/support/links";
import { codeBlocks, document, root, section, tableRows } from "../docs/support/markdown";
import { sourceFiles } from "../docs/support/sources";
import { commandsBeforeUp, configCommands, examples, inCloud, onEmulator, readmeOf } from "./support/readme";

const provider = "@pulumi/alicloud";
const rows = tableRows(document("examples/README.md"));

interface Manifest {
    readonly name: string;
    readonly dependencies: Readonly<Record<string, string>>;
}

function manifestOf(example: string): Manifest {
    return JSON.parse(document(`examples/${example}/package.json`)) as Manifest;
}

/** Returns the keys that a program requires of its configuration. */
function requiredKeys(example: string): string[] {
    const text = sourceFiles(`examples/${example}`)
        .filter((path) => !path.includes("node_modules"))
        .map(document)
        .join("\n");
    return [...text.matchAll(/\.require(?:\w*)(?:<[^(]*>)?\("(\w+)"\)/g)].map(([, key = ""]) => key);
}

/** Returns the keys that a command sets, without the index or the name within a list or an object. */
function keysIn(commands: readonly string[]): string[] {
    return commands.map((line) => /config set (?:--path )?'?([\w:]+)/.exec(line)?.[1] ?? line);
}

describe("the table of the examples", () => {
    it("has a row for each folder, which leads to its README", () => {
        expect(rows.map(([cell]) => cell)).to.have.members(
            examples.map((name) => `[${name}](${name}/README.md)`),
        );
    });

    it("says which run on the emulator: those that need no provider of the cloud", () => {
        for (const [cell = "", , emulated] of rows) {
            const name = /^\[(.*)\]/.exec(cell)?.[1] ?? "";
            const needsProvider = provider in manifestOf(name).dependencies;
            expect(emulated, name).to.equal(needsProvider ? `no, it uses \`${provider}\`` : "yes");
        }
    });
});

describe("the folder of an example", () => {
    it("is a whole Pulumi project with a README", () => {
        expect(examples).to.include.members(["quickstart", "fleet"]);
        for (const name of examples) {
            for (const file of ["README.md", "Pulumi.yaml", "tsconfig.json", "index.ts"]) {
                expect(existsSync(join(root, "examples", name, file)), `${name}/${file}`).to.equal(true);
            }
            expect(manifestOf(name).name).to.equal(name);
            expect(document(`examples/${name}/Pulumi.yaml`)).to.match(new RegExp(`^name: ${name}$`, "m"));
        }
    });

    it("has a README whose links have targets", () => {
        const readmes = examples.map((name) => `examples/${name}/README.md`);
        expect(brokenLinks(root, ["examples/README.md", ...readmes])).to.deep.equal([]);
    });

    it("has a README that sets each key that the program requires", () => {
        const described = examples.filter((name) => readmeOf(name).includes(inCloud));
        expect(described).to.have.length.at.least(11);
        for (const name of described) {
            const required = requiredKeys(name);
            expect(required, name).not.to.be.empty;
            expect(keysIn(configCommands(name, inCloud)), name).to.include.members(required);
        }
    });

    it("has the commands for the emulator in its README, if it runs there", () => {
        const emulated = examples.filter(
            (name) => !(provider in manifestOf(name).dependencies) && name !== "unit-test",
        );
        expect(emulated).to.include.members(["quickstart", "pipeline", "automation"]);
        for (const name of emulated) {
            expect(codeBlocks(section(readmeOf(name), onEmulator), "sh").join("\n")).to.include(
                `. examples/emulator.sh && cd examples/${name}\n`,
            );
            const required = requiredKeys(name);
            const keys = required.length === 0 ? [] : keysIn(commandsBeforeUp(name, 1));
            expect(keys, name).to.include.members(required);
        }
    });
});
