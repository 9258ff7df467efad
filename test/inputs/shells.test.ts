import { expect } from "chai";

import { shells, StubbedShell } from "../unit/support/shells";

for (const description of shells) {
    describe(`the stubbed ${description.name}`, () => {
        let shell: StubbedShell;
        beforeEach(() => {
            shell = new StubbedShell(description);
        });
        afterEach(() => {
            shell.remove();
        });

        it("tells the arguments of a single call", () => {
            expect(shell.argumentsOf("acs-plugin-manager")).to.deep.equal([]);
            expect(shell.argumentsOf("acs-plugin-manager a '' 'b c' \"d\" 0")).to.deep.equal([
                "a",
                "",
                "b c",
                "d",
                "0",
            ]);
        });

        it("notices what a command does besides", () => {
            const touch = `/bin/touch ${shell.canary}`;
            for (const command of [
                "",
                ":",
                "true",
                "echo 0",
                "acs-plugin-manager; acs-plugin-manager",
                "acs-plugin-manager a & wait; acs-plugin-manager b",
                "acs-plugin-manager | acs-plugin-manager",
                "acs-plugin-manager; reboot",
                "acs-plugin-manager; true",
                "true && acs-plugin-manager",
                "x=$(true) acs-plugin-manager",
                "umask 0; acs-plugin-manager",
                "acs-plugin-manager; exit 3",
                "acs-plugin-manager $(reboot)",
                "acs-plugin-manager; echo more",
                "acs-plugin-manager; echo more >&2",
                "acs-plugin-manager > out",
                "acs-plugin-manager < in",
                "acs-plugin-manager '",
                'acs-plugin-manager; : > "$HOME/out"',
                `acs-plugin-manager; ${touch}`,
                `acs-plugin-manager $(${touch})`,
                `acs-plugin-manager \`${touch}\``,
                `acs-plugin-manager\n${touch}`,
                `acs-plugin-manager "\${x:-$(${touch})}"`,
            ]) {
                const fresh = new StubbedShell(description);
                try {
                    expect(
                        () => fresh.argumentsOf(command.replaceAll(shell.canary, fresh.canary)),
                        command,
                    ).to.throw();
                } finally {
                    fresh.remove();
                }
            }
        });
    });
}
