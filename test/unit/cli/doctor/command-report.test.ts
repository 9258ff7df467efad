import { execFileSync } from "node:child_process";

import { expect } from "chai";

import { commandChecks, type Expectation } from "../../../../provider/src/cli/doctor/command-report";
import { instanceCommand } from "../../../../provider/src/cli/doctor/instance-command";
import { takesSnapshot } from "../../../../provider/src/core/run/concurrent-runs";
import { runOf } from "../../../../provider/src/core/run/run";
import { invocationOf } from "../../support/samples";

/** The parts of an output, of which tests replace some. */
const good = {
    manager: "/usr/local/bin/acs-plugin-manager",
    metadata: "200",
    "metadata with a token": "200",
    role: "AppSnapshotRoleName",
    endpoints: "400\n400",
    "script directory": "0 41c0",
    scripts: "/root/pre.sh 0 81c0\n/root/post.sh 0 81c0",
    "file systems": "proc proc /proc\ntmpfs tmpfs /run\next4 /dev/vda1 /",
    mounts: "3",
    disks: "vda bp1sys\nvdb bp1dat\nvdbx bp1log\nnvme0n1 bp1fast\nvdc",
    end: "",
};

const expected: Expectation = {
    regionId: "cn-hangzhou",
    scriptPaths: ["/root/pre.sh", "/root/post.sh"],
    attachedRole: "AppSnapshotRoleName",
    excludeDiskIds: [],
};

function outputOf(changes: Partial<typeof good>): string {
    const mounts = String((changes["file systems"] ?? good["file systems"]).split("\n").length);
    return Object.entries({ ...good, mounts, ...changes })
        .map(([name, text]) => `\n[${name}]\n${text}`)
        .join("\n");
}

function complaintsOf(changes: Partial<typeof good>, more: Partial<Expectation> = {}): string[] {
    return commandChecks(outputOf(changes), { ...expected, ...more })
        .filter(({ status }) => status !== "ok")
        .map(({ status, check, code, message }) => `${status} ${check}: ${code ?? message}`);
}

describe("the command that looks at an instance", () => {
    const { commandContent, tags } = instanceCommand("cn-hangzhou", ["/root/pre.sh"]);

    it("is not mistaken for a run of the plugin", () => {
        expect(takesSnapshot({ commandContent })).to.equal(false);
        expect(runOf(invocationOf({ tags: [...tags] }))).to.equal(undefined);
    });

    it("prints no credentials: only the name of the role is read", () => {
        expect(commandContent).to.match(/security-credentials\/$/m);
        expect(commandContent).not.to.match(/echo|cat /);
    });

    it("takes no message of the shell for an answer, if the instance lacks a program", () => {
        // Cloud Assistant has one output: what is written to standard error is in it too.
        const output = execFileSync("/bin/sh", ["-c", `exec 2>&1\n${commandContent}`], {
            encoding: "utf8",
            env: { PATH: "/nowhere" },
        });
        const checks = commandChecks(output, { ...expected, scriptPaths: [] });
        expect(
            checks
                // Every instance has `stat`.
                .filter(({ check }) => check !== "directory for delivered scripts")
                .map(({ status, check, code, message }) => `${status} ${check}: ${code ?? message}`),
        ).to.deep.equal([
            "problem plugin manager: ManagerMissing",
            "not checked metadata service, from the instance: the instance has no curl, with which this is checked",
            "not checked ECS endpoint, from the instance: the instance has no curl, with which this is checked",
            "not checked file systems: the instance has no findmnt, with which they are listed",
        ]);
    });

    it("writes nothing: there is no redirection but to the output itself and to /dev/null", () => {
        expect(commandContent.replaceAll(/2>(?:&1|\/dev\/null)/g, "")).not.to.include(">");
        expect([...commandContent.matchAll(/-o (\S+)/g)].map(([, file]) => file)).to.deep.equal([
            "/dev/null",
        ]);
    });
});

describe("the output of the command that looks at an instance", () => {
    it("shows that all is well", () => {
        expect(
            commandChecks(outputOf({}), expected).map(({ status, check, message }) => [
                status,
                check,
                message,
            ]),
        ).to.deep.equal([
            ["ok", "plugin manager", "/usr/local/bin/acs-plugin-manager"],
            ["ok", "metadata service, from the instance", "it answers without a token"],
            ["ok", "role, from the instance", "AppSnapshotRoleName is visible"],
            [
                "ok",
                "ECS endpoint, from the instance",
                "ecs.cn-hangzhou.aliyuncs.com and ecs-vpc.cn-hangzhou.aliyuncs.com answer",
            ],
            ["ok", "directory for delivered scripts", "/var/lib/app-snapshot belongs to root alone"],
            ["ok", "script", "/root/pre.sh belongs to root and has mode 0700"],
            ["ok", "script", "/root/post.sh belongs to root and has mode 0700"],
            ["ok", "file systems", "frozen during a snapshot: / (ext4)"],
        ]);
    });

    it("is not judged if it is not complete", () => {
        for (const output of ["", outputOf({}).replace("[end]", ""), "sh: 1: Syntax error\n"]) {
            const checks = commandChecks(output, expected);
            expect(checks.map(({ status, check }) => `${status} ${check}`)).to.deep.equal([
                "not checked command",
            ]);
        }
    });

    for (const [what, changes, complaints] of [
        ["no plugin manager", { manager: "" }, ["problem plugin manager: ManagerMissing"]],
        [
            "no metadata",
            { metadata: "000", "metadata with a token": "000" },
            ["problem metadata service, from the instance: MetadataServiceUnreachable"],
        ],
        [
            "metadata only with a token",
            { metadata: "403" },
            [
                "warning metadata service, from the instance: it answers only with a token, and it is not known whether the plugin can use one",
            ],
        ],
        [
            "strange metadata",
            { metadata: "503", "metadata with a token": "503" },
            ["warning metadata service, from the instance: it answers with the status 503"],
        ],
        [
            "no curl",
            { metadata: "", "metadata with a token": "", role: "", endpoints: "" },
            [
                "not checked metadata service, from the instance: the instance has no curl, with which this is checked",
                "not checked ECS endpoint, from the instance: the instance has no curl, with which this is checked",
            ],
        ],
        [
            "no role",
            { role: "404 - Not Found" },
            ["warning role, from the instance: AppSnapshotRoleName is attached, but the instance sees none"],
        ],
        [
            "no endpoint",
            { endpoints: "000\n000" },
            ["problem ECS endpoint, from the instance: EndpointUnreachable"],
        ],
        ["only the internal endpoint", { endpoints: "000\n400" }, []],
        [
            "no directory yet",
            { "script directory": "stat: cannot statx '/var/lib/app-snapshot': No such file or directory" },
            [],
        ],
        [
            "a directory that others can enter",
            { "script directory": "0 41ed" },
            ["problem directory for delivered scripts: ScriptsNotDelivered"],
        ],
        [
            "a script of another user",
            { scripts: "/root/pre.sh 1000 81c0\n/root/post.sh 0 81c0" },
            ["problem script: ScriptsRefused"],
        ],
        [
            "no scripts",
            {
                scripts:
                    "stat: cannot statx '/root/pre.sh': No such file or directory\nstat: cannot stat '/root/post.sh': No such file or directory",
            },
            ["problem script: ScriptsRefused", "problem script: ScriptsRefused"],
        ],
        [
            "no findmnt",
            { "file systems": "", mounts: "0" },
            ["not checked file systems: the instance has no findmnt, with which they are listed"],
        ],
        [
            "a list of file systems from which Cloud Assistant cut the middle",
            { "file systems": "ext4 /dev/vda1 /\noverlay over\nnfs nas:/ /nas", mounts: "400" },
            [
                "warning file systems: on the network, and so not in the snapshot: /nas (nfs)",
                "not checked file systems: the list of 400 mounts is too long for Cloud Assistant, so that some are missing here",
            ],
        ],
        [
            "file systems that are not frozen",
            {
                "file systems":
                    "xfs /dev/vda1 /\nxfs /dev/vda1[/var/log] /logs\nvfat /dev/vda2 /boot/efi\nnfs4 nas:/ /mnt/my\\x20nas\nbtrfs /dev/vdb /srv\nsquashfs /dev/loop0 /snap/core",
            },
            [
                "warning file systems: on the network, and so not in the snapshot: /mnt/my nas (nfs4)",
                "warning file systems: the plugin freezes only ext3, ext4 and XFS, so these are not consistent unless the scripts quiesce what writes to them: /srv (btrfs)",
            ],
        ],
    ] as const) {
        it(`shows ${what}`, () => {
            expect(complaintsOf(changes)).to.deep.equal(complaints);
        });
    }

    it("names the reason for which a script is refused", () => {
        const checks = commandChecks(
            outputOf({ scripts: "/root/pre.sh 1000 81ed\n/root/post.sh 0 a1ff" }),
            expected,
        );
        const reasons = checks.filter(({ check }) => check === "script").map(({ message }) => message);
        expect(reasons[0]).to.match(/; \/root\/pre\.sh belongs to the user with id 1000 and has mode 0755$/);
        expect(reasons[1]).to.match(/; \/root\/post\.sh is a symbolic link$/);
    });

    it("does not judge the endpoints of a finance region", () => {
        const regionId = "cn-shanghai-finance-1";
        expect(complaintsOf({ endpoints: "000\n000" }, { regionId })[0]).to.match(
            /^not checked ECS endpoint, from the instance: neither ecs\.cn-shanghai-finance-1/,
        );
    });

    it("names the file systems on excluded disks, as far as their devices tell", () => {
        const frozenThough = (excludeDiskIds: readonly string[]): string | undefined =>
            complaintsOf(
                {
                    "file systems":
                        "xfs /dev/vda1 /\next4 /dev/vdb /data\next4 /dev/vdbx1 /log\nxfs /dev/nvme0n1p2 /fast\nxfs /dev/mapper/vg-lv /lv\nnfs4 /dev/vdb1:/ /nas",
                },
                { excludeDiskIds },
            ).find((line) => line.includes("although"));
        const line = "warning file systems: frozen although their disks are excluded: ";
        expect(frozenThough(["d-bp1dat"])).to.equal(`${line}/data (ext4)`);
        expect(frozenThough(["d-bp1log", "d-bp1fast"])).to.equal(`${line}/log (ext4), /fast (xfs)`);
        expect(frozenThough(["d-other", "d-"])).to.equal(undefined);
        expect(frozenThough([])).to.equal(undefined);
    });

    it("shows each file system once, where it is mounted first", () => {
        const checks = commandChecks(
            outputOf({
                "file systems": "xfs /dev/vda1 /\nxfs /dev/vda1[/var/log] /logs\next4 /dev/vdb1 /data",
            }),
            expected,
        );
        expect(checks.at(-1)?.message).to.equal("frozen during a snapshot: / (xfs), /data (ext4)");
    });
});
