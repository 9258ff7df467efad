import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { defaultFixture, type Emulator, type Fixture } from "pulumi-alicloud-app-snapshot-emulator";

import { closeAll, linux1, run, sdk, start } from "./support";

// The same command lines, in a directory of this machine and in a directory of the same name on the instance: what the
// emulator's programs say, and with which exit codes they end, must be what those of GNU do.

/** Returns the reason for which the comparison cannot be made here, if any: other versions have other words. */
function whyNot(): string | undefined {
    if (process.platform !== "linux" || process.getuid?.() !== 0) {
        return "it takes Linux and root";
    }
    const version = (program: string) => {
        try {
            return execFileSync(program, ["--version"], { encoding: "utf8" }).split("\n", 1).join("");
        } catch {
            return "";
        }
    };
    return version("stat").includes("GNU coreutils) 9.") && version("find").includes("GNU findutils) 4.")
        ? undefined
        : "it takes coreutils 9 and findutils 4 of GNU";
}

const changed = "2025-03-01T08:00:00Z";

/** The files of both sides at the beginning: mode and content of files, mode of directories, targets of links. */
const files: Record<string, [mode: number, content: string]> = {
    empty: [0o644, ""],
    "script.sh": [0o700, "#!/bin/sh\nexit 0\n"],
    "set-user": [0o4755, "x"],
    "it's": [0o600, "quote"],
    "a b": [0o600, "blank"],
    "says.sh": [
        0o755,
        '#!/bin/bash -e\nwords=("$@" "$SAID")\necho "${#words[@]} ${words[*]}"\nfalse\necho never\n',
    ],
    "no-interpreter": [0o755, "#!/no/such/program\n"],
    "no-first-line": [0o755, "echo run all the same\n"],
    "d/inside.sh": [0o755, "1"],
    "d/e/deep": [0o640, "2"],
    "d/e/.hidden": [0o640, "3"],
};
const directories: Record<string, number> = { d: 0o755, "d/e": 0o700, sticky: 0o1777, hollow: 0o2750 };
const links: Record<string, string> = {
    "to-file": "script.sh",
    "to-directory": "d",
    "to-nothing": "nowhere",
    loop: "pool",
    pool: "loop",
};

function makeHere(folder: string): void {
    chmodSync(folder, 0o755);
    for (const [name, mode] of Object.entries(directories)) {
        mkdirSync(path.join(folder, name));
        chmodSync(path.join(folder, name), mode);
    }
    for (const [name, [mode, content]] of Object.entries(files)) {
        const file = path.join(folder, name);
        writeFileSync(file, content);
        chmodSync(file, mode);
        utimesSync(file, new Date(changed), new Date(changed));
    }
    for (const [name, target] of Object.entries(links)) {
        symlinkSync(target, path.join(folder, name));
    }
}

function makeThere(folder: string, fixture: Fixture): void {
    const own = { owner: "root", group: "root" };
    const instance = fixture.instances.find(({ instanceId }) => instanceId === linux1);
    if (instance === undefined) {
        throw new Error(`${linux1} is not in the fixture`);
    }
    const octal = (mode: number) => mode.toString(8).padStart(4, "0");
    instance.directories = Object.entries({ "": 0o755, ...directories }).map(([name, mode]) => ({
        path: path.join(folder, name),
        mode: octal(mode),
        ...own,
    }));
    instance.files = [
        ...Object.entries(files).map(([name, [mode, content]]) => ({
            path: path.join(folder, name),
            mode: octal(mode),
            content,
            mtime: changed,
            ...own,
        })),
        ...Object.entries(links).map(([name, linkTo]) => ({
            path: path.join(folder, name),
            mode: "0777",
            linkTo,
            ...own,
        })),
    ];
}

/** Command lines with `$T` for the directory. */
const lines: Record<string, string[]> = {
    stat: [
        `stat -c '%n %u %f' $T/empty $T/script.sh $T/set-user $T/d/e $T/sticky $T/hollow`,
        `stat -c '%n %u %f' -- $T/to-file $T/to-directory $T/to-nothing`,
        `stat $T/script.sh -c %f`,
        `stat -c '100|\\n|' $T/script.sh`,
        `stat -c %f $T/none $T/script.sh "$T/it's/x" "$T/no'ne\\"x" $T/none\\\\x "$T/no ne" $T/empty/`,
        `stat -c %n $T//d/ $T/d/../d/./e $T/to-directory/inside.sh $T/to-directory/`,
        `stat -c %n "$(printf '%s/a\\tb\\nc' "$T")" $T/é`,
        `stat -c %f ''  $T/script.sh`,
        `stat -c /x`,
        `stat $T/x -c`,
    ],
    sha256sum: [
        `sha256sum $T/empty $T/script.sh $T/none $T/d $T/to-file $T/to-nothing "$T/a b"`,
        `sha256sum -- "$T/no ne" $T/no:ne "$T/it's/x" "$T/no'n\\"e" $T/none\\\\x '/no$ne' '/~x' '/a*b' '/a#b' '/a=b' $T/é`,
        `sha256sum $T/loop/x $T/empty/x`,
    ],
    mkdir: [
        `mkdir -p -m 0700 $T/p/q/r && mkdir -p -m 0711 $T/p/q/r $T/p/s/t && stat -c '%f %n' $T/p $T/p/q/r $T/p/s $T/p/s/t`,
        `mkdir -p -m 1777 -- $T/p/u/ && stat -c '%f %n' $T/p/u`,
        `mkdir -p -m 0700 $T/empty`,
        `mkdir -p -m 0700 $T/empty/x $T/empty/x/y $T/to-directory/z $T/to-nothing $T/to-nothing/z $T/loop/z`,
        `mkdir -pm 0700 "$T/empty/it's" $T/empty/b\\\\c /`,
        `mkdir -p -m 0700 / $T/d/../v && stat -c %f $T/v`,
        `mkdir -p $T/w -m`,
    ],
    rm: [
        `rm $T/none $T/d $T/empty $T/empty/x $T/script.sh/x; stat -c %n $T/empty`,
        `rm -f $T/none $T/script.sh/x $T/none/x && echo fine`,
        `rm -f $T/loop/x $T/d $T/script.sh/`,
        `rm $T/script.sh/ $T/to-directory/`,
        `rm -r $T/to-directory/`,
        `rm -r $T/d/. $T/d/.. $T/d/e/../.`,
        `rm -rf -- $T/d $T/to-file && stat -c %n $T/d $T/script.sh $T/to-file`,
        `rm -f`,
        `rm "$T/a b" "$T/no'ne"; rm $T/to-nothing $T/loop && stat -c %n $T/to-nothing $T/loop $T/pool`,
    ],
    find: [
        `find $T/d -name inside.sh -delete; stat -c %n $T/d $T/d/inside.sh $T/d/e/deep`,
        `find $T/d -maxdepth 1 -type f -delete; stat -c %n $T/d/inside.sh $T/d/e/deep`,
        `find $T/d -name '.h*' -delete; stat -c %n $T/d/e/deep $T/d/e/.hidden`,
        `find $T -xdev -maxdepth 1 -type f -name '*.sh' -mmin +1 -delete; stat -c %n $T/script.sh $T/says.sh $T/empty $T/d/inside.sh`,
        `find $T -type f -mmin +99999999 -delete; stat -c %n $T/empty`,
        `find $T/d -delete; stat -c %n $T/d $T`,
        `find $T/d -maxdepth 0 -delete; stat -c %n $T/d`,
        `find $T/to-file -delete; stat -c %n $T/to-file $T/script.sh`,
        `find $T/none $T/hollow -delete; find $T/script.sh/x -delete; find "$T/no'ne" -delete; stat -c %n $T/hollow`,
    ],
    env: [
        `env $T/says.sh a 'b c'; echo $?`,
        `SAID=before; export SAID; env SAID=now OTHER=1 $T/says.sh; echo $?; env $T/says.sh`,
        `LC_ALL=C; export LC_ALL; env $T/empty; echo $?; env $T/none; echo $?; env $T/no-interpreter; echo $?; env $T/d; echo $?`,
        `env $T/no-first-line`,
        `exec env $T/says.sh at-last`,
        `env /bin/echo here; env LC_ALL=C /bin/sh -c 'echo "$LC_ALL"'; SAID=x; export SAID; env sh -c 'echo "$SAID"' /x`,
        `env test -x $T/says.sh; echo $?; env test -x $T/empty; echo $?; env test -x $T/none; echo $?; env test -x /bin/sh`,
        `env test -f $T/none; echo $?; env test ! -e /; echo $?`,
    ],
    mktemp: [
        `d=$(mktemp -d $T/tmp.XXXXXX) && stat -c '%f %u' $d && echo hi > $d/f && cat $d/f && stat -c '%f' $d/f; rm -r $d && stat -c %n $d/f 2>/dev/null; echo $?`,
        `d=$(mktemp -d -- $T/tmp.XXXXXX); cd $d && printf '#!/bin/sh\\necho run\\n' > $d/x && chmod 0700 $d/x && env test -x $d/x && env $d/x; rm -f $d/none $d/x; rmdir $d`,
        `mktemp -d $T/none/x.XXXXXX; echo $?; mktemp -d $T/x.XX; echo $?; mktemp -d $T/empty/x.XXX; echo $?`,
        `d=$(mktemp -d here.XXXX) && echo \${#d} && rmdir $d`,
    ],
    "stat of file systems": [`stat -f -c %T $T/none; stat -f -c %n $T/d $T/to-nothing`],
    "options that follow, and end": [
        `rm $T/empty -f $T/none; stat -c %n $T/empty`,
        `mkdir -p -m 0700 -- -p $T/-p; rm -r -- $T/-p -p; stat -c %n $T/-p`,
    ],
    "relative paths, which are this machine's": [
        `NAME=mine; HERE=mine; export NAME HERE; rm -f none $T/none; sh -c 'echo $NAME $HERE'`,
        `mkdir -p -m 0700 here $T/there && stat -c '%n %f' here $T/there && rmdir here`,
        `echo hi > file; sha256sum file $T/empty; find . $T/hollow -name file -type f -delete; rm -f $T/empty none; stat -c %n file $T/empty`,
    ],
};

describe("emulator: the programs of an instance, beside GNU's", () => {
    const folders: string[] = [];

    before(function () {
        const reason = whyNot();
        if (reason !== undefined) {
            console.log(`    skipped: ${reason}`);
            this.skip();
        }
    });
    afterEach(async () => {
        await closeAll();
        for (const folder of folders.splice(0)) {
            rmSync(folder, { recursive: true, force: true });
        }
    });

    const prepared = async (): Promise<{ readonly folder: string; readonly emulator: Emulator }> => {
        const folder = mkdtempSync(path.join(tmpdir(), "programs-"));
        folders.push(folder);
        makeHere(folder);
        const fixture = defaultFixture();
        makeThere(folder, fixture);
        return { folder, emulator: await start({ fixture }) };
    };
    const here = (script: string): Promise<{ readonly exitCode: number; readonly text: string }> => {
        const cwd = mkdtempSync(path.join(tmpdir(), "programs-work-"));
        folders.push(cwd);
        return new Promise((resolve) => {
            execFile(
                "/bin/sh",
                ["-c", script],
                { cwd, env: { PATH: process.env.PATH, LC_ALL: "C" } },
                (error, stdout) => {
                    resolve({ exitCode: error === null ? 0 : Number(error.code), text: stdout });
                },
            );
        });
    };
    for (const [what, group] of Object.entries(lines)) {
        for (const line of group) {
            it(`${what}: ${line}`, async () => {
                const { folder, emulator } = await prepared();
                // The order of the two outputs counts too.
                const script = `exec 2>&1\nT=${folder}\n${line}`;
                const there = await run(sdk(emulator), linux1, script);
                const { exitCode, text } = await here(script);
                expect(there.text).to.equal(text);
                expect(there.exitCode).to.equal(exitCode);
            });
        }
    }
});
