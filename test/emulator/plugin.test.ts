import { expect } from "chai";
import { defaultFixture, type Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import {
    closeAll,
    consistencyTags,
    foreignRole,
    goodParams,
    linux1,
    linux2,
    linux3,
    noEssd,
    pluginLine,
    role,
    run,
    sdk,
    start,
} from "./support";

function disksOf(emulator: Emulator): string[] {
    return emulator.state.snapshots.map((snapshot) => snapshot.sourceDiskId);
}

describe("emulator: the plugin on Linux", () => {
    afterEach(closeAll);

    it("takes an application-consistent snapshot with the vendor's own command line", async () => {
        const emulator = await start();
        emulator.controls.attachRole(linux1, role);
        for (const what of ["pre", "post"]) {
            emulator.controls.setFile(linux1, {
                path: `/tmp/${what}script.sh`,
                owner: "root",
                group: "root",
                mode: "0700",
                content: `#!/bin/sh\necho ran ${what}\n`,
            });
        }
        const row = await run(
            sdk(emulator),
            linux1,
            'acs-plugin-manager --exec --plugin app-snapshot-plugin --params=-RamRoleName="AppSnapshotRoleName",-InstantAccess=true,-EnableFsFreeze=true,-TimeoutInSeconds=30,-PreScriptPath="/tmp/prescript.sh",-PostScriptPath="/tmp/postscript.sh",-InstantAccessRentationDays=1,-ExcludeDiskId="",-Name="LinuxApp1"',
        );
        expect(row).to.include({ invocationStatus: "Success", exitCode: 0, errorCode: "" });
        const group = emulator.state.snapshotGroups[0];
        expect(group).to.include({ name: "LinuxApp1", instanceId: linux1 });
        expect(consistencyTags(emulator)).to.deep.equal([["APPConsistent"], ["APPConsistent"]]);
        expect(emulator.state.snapshots.map((each) => each.tags["acs:ecs:createFrom"])).to.deep.equal([
            linux1,
            linux1,
        ]);
        const lines = row.text.trim().split("\n");
        expect(lines[0]).to.match(/^\[level="info"\]\[time="[^"]+"\]\[message="Version 1\.0\.0\.8"\]$/);
        expect(lines.at(-1)).to.equal(
            `[snapshotgroup="${group?.snapshotGroupId ?? ""}"][message="Finish whole Processes of Snapshot successfully"]`,
        );
        const took = String.raw`\d+(?:\.\d+)?m?s`;
        expect(row.text).to.match(new RegExp(`"Prescript cost=${took}, Postscript cost=${took}"`));
        expect(row.text).to.match(
            new RegExp(
                `"Prepare Freeze=${took}, Thaw cost=${took}, Snapshot Creation=${took}, Tag Resources=${took}"`,
            ),
        );
        const order = ["ran pre", "Freeze", "Create snapshot group", "Thaw", "ran post", "Finish"];
        expect(order.map((mark) => lines.findIndex((line) => line.includes(mark)))).to.deep.equal(
            order.map((mark) => lines.findIndex((line) => line.includes(mark))).sort((a, b) => a - b),
        );
        expect(row.text).to.contain("ran pre").and.to.contain("ran post");
        expect(emulator.state.instances.some((instance) => instance.frozen)).to.equal(false);
    });

    const degrading: [string, (emulator: Emulator) => void, string][] = [
        [
            "a missing script",
            (e) => {
                e.controls.removeFile(linux2, "/root/app-snapshot/postscript.sh");
            },
            goodParams,
        ],
        [
            "a script of another owner",
            (e) => {
                e.controls.setFile(linux2, {
                    path: "/root/app-snapshot/prescript.sh",
                    owner: "app",
                    group: "root",
                    mode: "0700",
                });
            },
            goodParams,
        ],
        [
            "a script that others may read",
            (e) => {
                e.controls.setFile(linux2, {
                    path: "/root/app-snapshot/prescript.sh",
                    owner: "root",
                    group: "root",
                    mode: "0755",
                });
            },
            goodParams,
        ],
        ["no scripts at all", () => undefined, `-RamRoleName=${role}`],
        [
            "only one script",
            () => undefined,
            `-RamRoleName=${role},-PreScriptPath=/root/app-snapshot/prescript.sh`,
        ],
        [
            "a scripted outcome",
            (e) => {
                e.controls.addOutcomes(linux2, { degrade: true });
            },
            goodParams,
        ],
    ];
    for (const [what, change, params] of degrading) {
        it(`silently degrades to file-system consistency, with exit 0, for ${what}`, async () => {
            const emulator = await start();
            change(emulator);
            const row = await run(sdk(emulator), linux2, pluginLine(params));
            expect(row).to.include({ invocationStatus: "Success", exitCode: 0 });
            expect(row.text).to.contain("Take FsConsistent snapshots successfully");
            expect(consistencyTags(emulator)).to.deep.equal([["FsConsistent"]]);
        });
    }

    it("takes the ESSD family only, without the excluded disks, in both spellings of the list", async () => {
        const emulator = await start();
        emulator.controls.attachRole(linux3, role);
        const client = sdk(emulator);
        const line = (exclusion: string) =>
            `acs-plugin-manager --exec --plugin app-snapshot-plugin --paramsV2 '-RamRoleName=${role} ${exclusion}'`;
        expect(
            (await run(client, linux3, line("-ExcludeDiskId=d-bp1linuxdb0000003da1,d-bp1linuxdb0000003da2")))
                .exitCode,
        ).to.equal(0);
        expect(disksOf(emulator)).to.deep.equal(["d-bp1linuxdb0000003sys"]);
        emulator.controls.behaviour({ excludeDiskIdSyntax: "repeat" });
        const repeated = "-ExcludeDiskId=d-bp1linuxdb0000003sys -ExcludeDiskId=d-bp1linuxdb0000003da1";
        expect((await run(client, linux3, line(repeated))).exitCode).to.equal(0);
        expect(disksOf(emulator)).to.deep.equal(["d-bp1linuxdb0000003sys", "d-bp1linuxdb0000003da2"]);
    });

    const failures: [string, string, string, number, string][] = [
        ["no role name", linux2, "-Name=x1", 13, "RAM role"],
        ["a role that is not attached", linux1, goodParams, 13, "RAM role"],
        ["a role other than the attached one", foreignRole, goodParams, 13, "RAM role"],
        [
            "a role without snapshot permissions",
            foreignRole,
            goodParams.replace(role, "WebServerRole"),
            3,
            "ecs:DescribeDisks",
        ],
        ["an unknown option", linux2, `${goodParams},-EnableWriters=true`, 2, "not defined"],
        ["a malformed boolean", linux2, `${goodParams},-EnableFsFreeze=maybe`, 2, "invalid value"],
        ["a malformed number", linux2, `${goodParams},-TimeoutInSeconds=30s`, 2, "invalid value"],
        ["too many retention days", linux2, `${goodParams},-InstantAccessRentationDays=65537`, 2, "65536"],
        ["a bad name", linux2, goodParams.replace("nightly", "1x"), 1, "name"],
        [
            "every ESSD disk excluded",
            linux2,
            `${goodParams},-ExcludeDiskId=d-bp1linuxdb0000002sys`,
            3,
            "All attached ESSD Disks were excluded",
        ],
        [
            "an odd quote that swallows the role",
            linux2,
            `"-Name=x1,-Description=it's,-RamRoleName=${role}"`,
            13,
            "RAM role",
        ],
        ["a comma inside quotes", linux2, `'${goodParams},-Description="a,b'`, 0, "Finish"],
        ["a description with a blank", linux2, `"${goodParams},-Description=a b"`, 2, "unexpected argument"],
        ["a comment sign at the start of a word", linux2, `"-Name=x1,#-RamRoleName=${role}"`, 13, "RAM role"],
    ];
    for (const [what, instanceId, params, exitCode, text] of failures) {
        it(`exits ${exitCode} for ${what}`, async () => {
            const emulator = await start();
            const row = await run(sdk(emulator), instanceId, pluginLine(params));
            expect(row.exitCode, row.text).to.equal(exitCode);
            expect(row.text).to.contain(text);
            expect(emulator.state.snapshotGroups).to.have.length(exitCode === 0 ? 1 : 0);
        });
    }

    it("turns a comma inside quotes into a blank", async () => {
        const emulator = await start();
        await run(sdk(emulator), linux2, pluginLine(`'${goodParams},-Description="x,y"'`));
        expect(emulator.state.snapshotGroups[0]?.description).to.equal("x y");
    });

    it("exits 3 on an instance without ESSD disks and 1 on an unsupported system", async () => {
        const fixture = defaultFixture();
        fixture.instances.push({
            instanceId: "i-old",
            osType: "linux",
            osName: "CentOS  7.5 64 bit",
            ramRoleName: role,
            disks: [{ diskId: "d-old", type: "system", category: "cloud_essd" }],
        });
        const emulator = await start({ fixture });
        emulator.controls.attachRole(noEssd, role);
        expect((await run(sdk(emulator), noEssd, pluginLine(goodParams))).exitCode).to.equal(3);
        expect((await run(sdk(emulator), "i-old", pluginLine(goodParams))).exitCode).to.equal(1);
    });

    it("exits 1 where IMDSv2 is enforced, unless the plugin can read it", async () => {
        const fixture = defaultFixture();
        const instance = fixture.instances.find((each) => each.instanceId === linux2);
        Object.assign(instance ?? {}, { httpTokens: "required" });
        const emulator = await start({ fixture });
        expect((await run(sdk(emulator), linux2, pluginLine(goodParams))).exitCode).to.equal(1);
        emulator.controls.behaviour({ imdsv2: "supported" });
        expect((await run(sdk(emulator), linux2, pluginLine(goodParams))).exitCode).to.equal(0);
    });

    it("exits 1 where it can't read the metadata, or reach the API", async () => {
        const emulator = await start();
        const exitCode = async () => (await run(sdk(emulator), linux2, pluginLine(goodParams))).exitCode;
        for (const changes of [
            { httpEndpoint: "disabled" },
            { httpEndpoint: "enabled", unreachable: ["metadata"] },
            { unreachable: ["ecs"] },
        ] as const) {
            emulator.controls.setNetwork(linux2, {
                ...changes,
                unreachable: [...(changes.unreachable ?? [])],
            });
            expect(await exitCode(), JSON.stringify(changes)).to.equal(1);
        }
        emulator.controls.setNetwork(linux2, { unreachable: [] });
        expect(await exitCode()).to.equal(0);
    });

    it("exits 16 while the previous group is uploading, when told so", async () => {
        const emulator = await start({
            timing: { uploadMs: 86_400_000 },
            behaviour: { previousSnapshotInProgress: "refused" },
        });
        const client = sdk(emulator);
        expect((await run(client, linux2, pluginLine(goodParams))).exitCode).to.equal(0);
        expect((await run(client, linux2, pluginLine(goodParams))).exitCode).to.equal(16);
    });

    it("is unknown under any other name, and does not fit the other system", async () => {
        const client = sdk(await start());
        expect((await run(client, linux2, pluginLine(goodParams, "snapshot"))).exitCode).to.equal(234);
        expect(
            (await run(client, linux2, pluginLine(goodParams, "app-snapshot-plugin-win"))).exitCode,
        ).to.equal(238);
        expect((await run(client, linux2, "acs-plugin-managr --exec")).exitCode).to.equal(127);
    });

    it("uses the other spelling of the tag, and tags the group, when told so", async () => {
        const emulator = await start({
            behaviour: { consistencyTagKey: "AppConsistent", consistencyTagOnGroup: true },
        });
        await run(sdk(emulator), linux2, pluginLine(goodParams));
        expect(consistencyTags(emulator)).to.deep.equal([["AppConsistent"]]);
        expect(emulator.state.snapshotGroups[0]?.tags).to.deep.equal({ AppConsistent: "True" });
    });
});
