import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import {
    defaultFixture,
    type Emulator,
    type EmulatorOptions,
    type FixtureInstance,
    parseFixture,
} from "pulumi-alicloud-app-snapshot-emulator";

import {
    closeAll,
    consistencyTags,
    eventually,
    goodParams,
    linux1,
    linux2,
    pluginLine,
    result,
    run,
    sdk,
    send,
    start,
    until,
    windows1,
} from "./support";

const own = { owner: "root", group: "root" };

/** An emulator whose first Linux instance is changed like this. */
function startWith(changes: Partial<FixtureInstance>, options: EmulatorOptions = {}): Promise<Emulator> {
    const fixture = defaultFixture();
    Object.assign(fixture.instances.find(({ instanceId }) => instanceId === linux1) ?? {}, changes);
    return start({ fixture, ...options });
}

function instanceOf(emulator: Emulator, wanted = linux1) {
    const found = emulator.state.instances.find(({ instanceId }) => instanceId === wanted);
    if (found === undefined) {
        throw new Error(`${wanted} is not there`);
    }
    return found;
}

describe("emulator: the files of an instance", () => {
    afterEach(closeAll);

    it("lie in the usual directories, and in those of the fixture", async () => {
        const emulator = await startWith({
            directories: [
                { path: "/root", owner: "root", group: "root", mode: "0550" },
                { path: "/var/lib/mysql/data", owner: "mysql", group: "mysql", mode: "0750" },
            ],
        });
        const modes = Object.fromEntries(
            instanceOf(emulator).directories.map((each) => [each.path, `${each.mode} ${each.owner}`]),
        );
        expect(modes).to.include({
            "/root": "0550 root",
            "/root/app-snapshot": "0755 root",
            "/tmp": "1777 root",
            "/run": "0755 root",
            "/usr/local": "0755 root",
            "/var/lib": "0755 root",
            "/var/lib/mysql": "0755 root",
            "/var/lib/mysql/data": "0750 mysql",
        });
        expect(instanceOf(await start()).directories).to.deep.include({
            path: "/root",
            mode: "0700",
            ...own,
        });
    });

    it("show whether others ever could read them", async () => {
        const emulator = await startWith({
            files: [
                { path: "/etc/open", mode: "0644", ...own },
                { path: "/etc/shut", mode: "0640", ...own },
                { path: "/root/open", mode: "0644", ...own },
            ],
        });
        const exposed = () => instanceOf(emulator).files.map((file) => [file.path, file.exposed]);
        expect(exposed()).to.deep.equal([
            ["/etc/open", true],
            ["/etc/shut", false],
            ["/root/open", false],
        ]);
        emulator.controls.setDirectory(linux1, { path: "/root", mode: "0711", ...own });
        emulator.controls.setDirectory(linux1, { path: "/root", mode: "0700", ...own });
        expect(exposed()).to.deep.include(["/root/open", true]);
    });

    const mistakes: [string, Partial<FixtureInstance>, string][] = [
        ["a relative directory", { directories: [{ path: "a", mode: "0755", ...own }] }, "an absolute path"],
        [
            "a directory's mode",
            { directories: [{ path: "/a", mode: "rwx", ...own }] },
            "directories[0].mode must be an octal mode",
        ],
        [
            "a link with a content",
            { files: [{ path: "/a", mode: "0777", linkTo: "/b", content: "", ...own }] },
            "files[0] is a symbolic link",
        ],
        [
            "a link's mode",
            { files: [{ path: "/a", mode: "0700", linkTo: "/b", ...own }] },
            "files[0].mode must be 0777",
        ],
        [
            "a time",
            { files: [{ path: "/a", mode: "0700", mtime: "yesterday", ...own }] },
            "files[0].mtime must be an ISO 8601 time",
        ],
        [
            "a path of another system",
            { files: [{ path: "C:\\a", mode: "0700", ...own }] },
            "files[0].path must be an absolute path",
        ],
    ];
    for (const [what, changes, message] of mistakes) {
        it(`are refused for ${what}`, () => {
            const fixture = defaultFixture();
            Object.assign(fixture.instances[0] ?? {}, changes);
            expect(() => parseFixture(fixture)).to.throw(message);
        });
    }

    it("cannot lie in a file", async () => {
        const error = await startWith({
            files: [
                { path: "/a", mode: "0700", ...own },
                { path: "/a/b", mode: "0700", ...own },
            ],
        }).then(
            () => undefined,
            (thrown: unknown) => thrown as Error,
        );
        expect(error?.message).to.contain("cannot have its files: /a/b: File exists");
    });
});

describe("emulator: the programs that see them", () => {
    afterEach(closeAll);

    it("see and change nothing of this machine where the path is absolute", async () => {
        const folder = mkdtempSync(path.join(tmpdir(), "instance-files-"));
        try {
            writeFileSync(path.join(folder, "real"), "");
            const emulator = await start();
            const row = await run(
                sdk(emulator),
                linux1,
                `stat -c %n ${folder}/real; rm -rf ${folder}; mkdir -p -m 0700 /run/mine; stat -c '%f %n' /run/mine`,
            );
            expect(row.text).to.contain(`stat: cannot statx '${folder}/real': No such file or directory\n`);
            expect(row.text).to.contain("41c0 /run/mine\n");
            expect(existsSync(path.join(folder, "real"))).to.equal(true);
            expect(existsSync("/run/mine")).to.equal(false);
            expect(instanceOf(emulator).directories).to.deep.include({
                path: "/run/mine",
                mode: "0700",
                ...own,
            });
            expect(instanceOf(emulator, linux2).directories.map((each) => each.path)).not.to.include(
                "/run/mine",
            );
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });

    it("tell a script from a link to one, and remove the link alone", async () => {
        const script = "/root/app-snapshot/prescript.sh";
        const emulator = await start();
        emulator.controls.setFile(linux1, { path: "/root/link", mode: "0777", linkTo: script, ...own });
        const row = await run(
            sdk(emulator),
            linux1,
            `stat -c %f ${script} /root/link && rm /root/link && stat -c %f ${script}`,
        );
        expect(row.text).to.equal("81c0\na1ff\n81c0\n");
    });

    it("know the numbers of the users", async () => {
        const emulator = await startWith({
            files: [
                { path: "/srv/a", owner: "mysql", group: "database", mode: "0640" },
                { path: "/srv/b", owner: "nobody", group: "4711", mode: "0640" },
                { path: "/srv/c", owner: "0", group: "mysql", mode: "0640" },
            ],
        });
        const row = await run(sdk(emulator), linux1, "stat -c %u /srv/a /srv/b /srv/c");
        expect(row.text).to.equal("1000\n65534\n0\n");
    });

    it("delete what is old enough", async () => {
        const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
        const emulator = await startWith({
            files: [
                { path: "/root/app/old.sh", mode: "0700", mtime: ago(90), ...own },
                { path: "/root/app/new.sh", mode: "0700", mtime: ago(30), ...own },
            ],
        });
        const line = "find /root/app -xdev -maxdepth 1 -type f -name '*.sh' -mmin +60 -delete";
        expect((await run(sdk(emulator), linux1, line)).exitCode).to.equal(0);
        expect(instanceOf(emulator).files.map((file) => file.path)).to.deep.equal(["/root/app/new.sh"]);
    });

    const unmodelled = [
        "stat /root",
        "stat -t /root",
        "stat -L -c %f /root",
        "stat --format=%f /root",
        "stat -f -c %a /root",
        "stat -c %i /root",
        "stat -c 100% /root",
        "sha256sum -c /root/sums",
        "mkdir /root/x",
        "mkdir -p /root/x",
        "mkdir -v /root/x",
        "mkdir -p -m u+x /root/x",
        "rm -i /root/x",
        "rm -d /root",
        "find /root",
        "find /root -newer /tmp -delete",
        "find /root -exec rm {} ;",
        "find -L /root",
        "find /root -type d -delete",
        "find /root -mmin 5 -delete",
        "find /root -name a -o -name b -delete",
        "find /root -name [ab] -delete",
        "find /root -delete -print",
        "find ! -name x /root",
        "find /root -name x /tmp",
    ];
    it("end with a complaint where something is not modelled", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        const before = instanceOf(emulator);
        const script = unmodelled.map((line) => `${line.replace(";", "\\;")} 2>&1; echo "=> $?"`);
        const { text } = await run(client, linux1, script.join("\n"));
        const answers = text.split(/=> (\d+)\n/);
        for (const [index, line] of unmodelled.entries()) {
            const said = answers[2 * index];
            expect(said, line).to.match(/ modelled by the emulator\n$/);
            expect(answers[2 * index + 1], line).to.equal("1");
        }
        expect(instanceOf(emulator)).to.deep.equal({ ...before });
    });

    it("write their complaints to the error output", async () => {
        const client = sdk(await start());
        const row = await run(client, linux1, "stat -c %f /none /root 2>/dev/null; rm /none 2>/dev/null");
        expect(row).to.include({ text: "41c0\n", exitCode: 1 });
    });

    it("wait for a frozen file system to thaw before they change it, and see it meanwhile", async () => {
        const emulator = await startWith({
            ramRoleName: "AppSnapshotRoleName",
            plugin: { outcomes: [{ holdAt: "freeze" }] },
        });
        const client = sdk(emulator);
        const invokeId = await send(
            client,
            linux1,
            `${pluginLine(goodParams)} & while ! stat -c %f /go 2>/dev/null; do sleep 0.02; done
stat -c %f /root
rm -f /go && echo removed
wait`,
        );
        await until(() => instanceOf(emulator).pluginWaits);
        emulator.controls.setFile(linux1, { path: "/go", mode: "0700", ...own });
        await eventually(() => emulator.state.invocations[0]?.results[0]?.output.match(/^41c0$/m)?.[0]);
        expect(instanceOf(emulator)).to.include({ frozen: true });
        expect(instanceOf(emulator).files.map((file) => file.path)).to.include("/go");
        emulator.controls.releasePlugin(linux1);
        const { text } = await result(client, invokeId);
        expect(text.indexOf("removed")).to.be.greaterThan(text.indexOf("Create snapshot group"));
        expect(instanceOf(emulator).files.map((file) => file.path)).not.to.include("/go");
    });
});

describe("emulator: scripts among an instance's files", () => {
    afterEach(closeAll);
    const pre = "/root/app-snapshot/prescript.sh";
    const post = "/root/app-snapshot/postscript.sh";

    it("are those that the links lead to, or no scripts at all", async () => {
        const emulator = await start();
        emulator.controls.removeFile(linux2, pre);
        const real = { mode: "0700", content: "#!/bin/sh\necho followed\n", ...own };
        emulator.controls.setFile(linux2, { path: "/opt/real.sh", ...real });
        emulator.controls.setFile(linux2, { path: pre, mode: "0777", linkTo: "../../opt/real.sh", ...own });
        const client = sdk(emulator);
        const followed = await run(client, linux2, pluginLine(goodParams));
        expect(followed.text).to.contain("followed\n");
        expect(consistencyTags(emulator)).to.deep.equal([["APPConsistent"]]);
        emulator.controls.behaviour({ linkedScript: "refused" });
        const refused = await run(client, linux2, pluginLine(goodParams));
        expect(refused.text).to.contain(`PreScript ${pre} is a symbolic link`);
        expect(consistencyTags(emulator).at(-1)).to.deep.equal(["FsConsistent"]);
    });

    it("fail the run if they are gone when their turn comes", async () => {
        const emulator = await start();
        emulator.controls.addOutcomes(linux2, { holdAt: "freeze" });
        const client = sdk(emulator);
        const invokeId = await send(client, linux2, pluginLine(goodParams));
        await until(() => instanceOf(emulator, linux2).pluginWaits);
        emulator.controls.removeFile(linux2, post);
        emulator.controls.releasePlugin(linux2);
        const row = await result(client, invokeId);
        expect(row.exitCode, row.text).to.equal(10);
        expect(row.text).to.contain(`${post}: no such file or directory`);
        expect(emulator.state.snapshotGroups).to.have.length(1);
        expect(instanceOf(emulator, linux2).frozen).to.equal(false);
    });

    it("must be given by an absolute path", async () => {
        const emulator = await start();
        const params = goodParams.replace("=/root/app-snapshot/pre", "=root/app-snapshot/pre");
        const row = await run(sdk(emulator), linux2, pluginLine(params));
        expect(row.text).to.contain("PreScript root/app-snapshot/prescript.sh does not exist");
    });

    it("are refused in the paths of Windows, and on Windows instances", async () => {
        const emulator = await start();
        const file = { mode: "0700", ...own };
        expect(() => {
            emulator.controls.setFile(linux1, { path: "C:\\a", ...file });
        }).to.throw("file.path must be an absolute path");
        expect(() => {
            emulator.controls.setFile(windows1, { path: "/a", ...file });
        }).to.throw("the emulator does not model the files of Windows instances");
    });
});
