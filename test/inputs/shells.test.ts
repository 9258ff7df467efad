import { expect } from "chai";

import { shells, StubbedShell } from "../unit/support/shells";
import { argumentsOf, expectRefused } from "../unit/support/whole-command";

for (const description of shells) {
    describe(`the stubbed ${description.name}`, () => {
        let shell: StubbedShell;
        beforeEach(() => {
            shell = new StubbedShell(description);
        });
        afterEach(() => {
            shell.remove();
        });

        /** The end of the commands of this package. */
        const end = '\ncode=$?\ncase $code in 193 | 194) code=255 ;; esac\nexit "$code"\n';
        const scripts = { pre: { path: "/pre" }, post: { path: "/post", sha256: "0123" }, kept: false };
        const removal = `rm -f -- /post </dev/null >/dev/null 2>&1 &
for look in 1 2 3 4 5 6 7 8 9 10; do
    [ -n "$(stat -c %n -- /post 2>/dev/null)" ] || break
    sleep 0.2
done`;
        /** Wraps the manager's line as the package's commands do. */
        const whole = (line: string, rm = removal): string => `expected='/pre 0 81c0
/post 0 81c0
0123  /post'
found=$({ export LC_ALL=C
stat -c '%n %u %f' -- /pre /post
sha256sum -- /post
} 2>&1)
if [ "$found" = "$expected" ]; then
    kept=
    env=$(command -v env)
    for place in /run /dev/shm; do
        [ "$(stat -f -c %T $place)" = tmpfs ] || continue
        kept=$place
    done 2>/dev/null
    if [ -n "$kept" ]; then exit 1; fi
    if [ -z "$kept" ]; then
        ${line}
    fi
    code=$?
    if [ -n "$kept" ]; then exit 1; fi
else
    printf '%s\\n' 'the scripts failed verification:' "$found"
    code=64
fi
${rm}
case $code in 193 | 194) code=255 ;; esac
exit "$code"
`;

        it("reports the arguments of a single call", () => {
            expect(argumentsOf(shell, `acs-plugin-manager${end}`)).to.deep.equal([]);
            const line = "acs-plugin-manager a '' 'b c' \"d\" 0";
            const words = ["a", "", "b c", "d", "0"];
            expect(argumentsOf(shell, line + end)).to.deep.equal(words);
            expect(argumentsOf(shell, whole(line), scripts)).to.deep.equal(words);
        });

        it("reports the exit code", () => {
            for (const exitCode of [0, 1, 192, 195, 255]) {
                expect(argumentsOf(shell, `acs-plugin-manager${end}`, undefined, exitCode)).to.deep.equal([]);
                expect(argumentsOf(shell, whole("acs-plugin-manager"), scripts, exitCode)).to.deep.equal([]);
            }
            for (const exitCode of [193, 194]) {
                expect(argumentsOf(shell, `acs-plugin-manager${end}`, undefined, exitCode)).to.deep.equal([]);
                const without = `acs-plugin-manager\ncode=$?\nexit "$code"`;
                expect(() => argumentsOf(shell, without, undefined, exitCode)).to.throw();
            }
        });

        it("notices anything else that a command does", () => {
            const touch = `/bin/touch ${shell.canary}`;
            for (const line of [
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
                "acs-plugin-manager; rm -f -- /post",
                "acs-plugin-manager; rm -rf /",
                "acs-plugin-manager; stat /",
                "acs-plugin-manager\nsha256sum -- /post",
                "acs-plugin-manager; code=3",
                "acs-plugin-manager; PATH=/bin",
                `acs-plugin-manager; ${touch}`,
                `acs-plugin-manager $(${touch})`,
                `acs-plugin-manager \`${touch}\``,
                `acs-plugin-manager\n${touch}`,
                `acs-plugin-manager "\${x:-$(${touch})}"`,
            ]) {
                for (const [command, given] of [
                    [line + end, undefined],
                    [whole(line), scripts],
                ] as const) {
                    const fresh = new StubbedShell(description);
                    try {
                        const own = command.replaceAll(shell.canary, fresh.canary);
                        expect(() => argumentsOf(fresh, own, given), command).to.throw();
                    } finally {
                        fresh.remove();
                    }
                }
            }
        });

        it("notices what a command omits or does differently", () => {
            const right = whole("acs-plugin-manager a");
            for (const [part, other] of [
                ["/pre 0 81c0\n", ""],
                [" 81c0", " 81ed"],
                ["%n %u %f", "%n %u"],
                ["LC_ALL=C", "LC_ALL="],
                ["\nstat", "\nstat -L"],
                ["sha256sum -- /post\n", ""],
                ["sha256sum -- /post", "sha256sum -- /post /pre"],
                ["kept=\n", "kept=/run\n"],
                ["= tmpfs", "= ext4"],
                ["stat -f -c %T $place", "echo ext2/ext3"],
                ['"$found" = "$expected"', '"$found" != ""'],
                [removal, ":"],
                ["rm -f -- /post", "rm -f -- /post /pre"],
                ["rm -f -- /post", "rm -f -- /pre"],
                ["    code=$?", "    code=0; code=0"],
                ['exit "$code"', 'true; exit "$code"'],
                ['exit "$code"', "exit 0"],
                ['exit "$code"', ""],
            ] as const) {
                expect(right).to.include(part);
                const wrong = right.replace(part, other);
                expect(() => argumentsOf(shell, wrong, scripts, 3), `${part} → ${other}`).to.throw();
            }
            expect(argumentsOf(shell, right, scripts, 3)).to.deep.equal(["a"]);
        });

        it("distinguishes a command that refuses its scripts from one that does not", () => {
            const found = { stat: "/pre 0 81c0\n/post 1000 81c0\n" };
            expectRefused(shell, whole("acs-plugin-manager"), scripts, found);
            const kept = { ...scripts, kept: true };
            expectRefused(shell, whole("acs-plugin-manager", ":").replace("\n:\n", "\n"), kept, found);
            for (const wrong of [
                whole("acs-plugin-manager").replace('[ "$found" = "$expected" ]', "true"),
                whole("acs-plugin-manager").replace('"$found" = "$expected"', '"$found" = "$found"'),
                whole("acs-plugin-manager").replace('"$found" = "$expected"', '"$found" != "$expected"'),
                whole("acs-plugin-manager").replace("code=64", "code=0"),
                whole("acs-plugin-manager").replace("    code=64", "    acs-plugin-manager; code=64"),
                whole("acs-plugin-manager").replace(' "$found"\n', "\n"),
                whole("acs-plugin-manager", ":"),
            ]) {
                expect(() => {
                    expectRefused(shell, wrong, scripts, found);
                }, wrong).to.throw();
            }
            expect(() => {
                expectRefused(shell, whole("acs-plugin-manager"), scripts, {});
            }, "right scripts").to.throw();
        });
    });
}
