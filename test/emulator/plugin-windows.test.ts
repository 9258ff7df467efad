import { expect } from "chai";

import { encodeGbk } from "../../emulator/src/windows/output";
import { closeAll, consistencyTags, linux1, pluginLine, role, run, sdk, start, windows1 } from "./support";

describe("emulator: the plugin on Windows", () => {
    afterEach(closeAll);
    const batch = { type: "RunBatScript" };
    const line = (params: string) => pluginLine(params, "app-snapshot-plugin-win");

    it("takes an application-consistent snapshot with the vendor's own command line", async () => {
        const emulator = await start();
        emulator.controls.attachRole(windows1, role);
        const row = await run(
            sdk(emulator),
            windows1,
            line(
                '-RamRoleName="AppSnapshotRoleName",-InstantAccess=true,-EnableWriters=true,-Description="AppSnapshot",-InstantAccessRentationDays=1,-ExcludeDiskId="",-Name="APPSnapshot-1"',
            ),
            batch,
        );
        expect(row).to.include({ invocationStatus: "Success", exitCode: 0 });
        expect(emulator.state.snapshotGroups[0]).to.include({
            name: "APPSnapshot-1",
            description: "AppSnapshot",
        });
        expect(consistencyTags(emulator)).to.deep.equal([["APPConsistent"], ["APPConsistent"]]);
        expect(row.text).to.match(
            /\[snapshotgroup="ssg-[0-9a-z]{20}"\]\[message="Finish whole Processes of Snapshot successfully"\]\r\n$/,
        );
    });

    it("is file-system consistent without the writers", async () => {
        const emulator = await start();
        emulator.controls.attachRole(windows1, role);
        await run(sdk(emulator), windows1, line(`-RamRoleName=${role},-EnableWriters=false`), batch);
        expect(consistencyTags(emulator)).to.deep.equal([["FsConsistent"], ["FsConsistent"]]);
    });

    const traps: [string, string, number][] = [
        ["an option of the Linux plugin", `-RamRoleName=${role},-EnableFsFreeze=true`, 2],
        ["a percent sign that names no variable", `-RamRoleName=%NoSuchRole%`, 13],
        ["an ampersand outside quotes", `-Name=x1&-RamRoleName=${role}`, 255],
        [
            "a blank outside quotes, where the manager takes the rest for itself",
            `-Name=x1, -RamRoleName=${role}`,
            1,
        ],
        ["a blank inside quotes", `"-Name=x1, -RamRoleName=${role}"`, 0],
        ["an escaped quote that reaches the splitter", `-Description=\\"a,-RamRoleName=${role}`, 13],
    ];
    for (const [what, params, exitCode] of traps) {
        it(`exits ${exitCode} for ${what}`, async () => {
            const emulator = await start();
            emulator.controls.attachRole(windows1, role);
            const row = await run(sdk(emulator), windows1, line(params), batch);
            expect(row.exitCode, row.text).to.equal(exitCode);
        });
    }

    it("refuses a description as the API does, when it creates the group", async () => {
        const emulator = await start();
        emulator.controls.attachRole(windows1, role);
        const params = `-RamRoleName=${role},-Description=http://x`;
        const row = await run(sdk(emulator), windows1, line(params), batch);
        expect(row.exitCode, row.text).to.equal(4);
        expect(row.text).to.contain("Create snapshot group failed: InvalidParameter.Description");
        expect(emulator.state.snapshotGroups).to.deep.equal([]);
    });

    it("is read with every option that the vendor documents", async () => {
        const emulator = await start();
        emulator.controls.attachRole(windows1, role);
        const [, data = ""] =
            emulator.state.instances.find((each) => each.instanceId === windows1)?.diskIds ?? [];
        const params = [
            `--RamRoleName=${role}`,
            `-ExcludeDiskId=${data}`,
            "-InstantAccess=false",
            "-InstantAccessRentationDays=65536",
            "-Name=all-of-them",
            "-EnableWriters",
        ];
        const row = await run(sdk(emulator), windows1, line(params.join(",")), batch);
        expect(row.exitCode, row.text).to.equal(0);
        expect(emulator.state.snapshots.map((snapshot) => snapshot.sourceDiskId)).not.to.include(data);
        for (const param of [
            "-PreScriptPath=C:\\a",
            "-TimeoutInSeconds=30",
            "-ScriptTimeoutInSeconds=9",
            "-InstantAccessRentationDays=0",
            "-EnableWriters=maybe",
        ]) {
            const refused = await run(sdk(emulator), windows1, line(`-RamRoleName=${role},${param}`), batch);
            expect(refused.exitCode, refused.text).to.equal(2);
        }
    });

    it("ends with numbers beyond a byte, of which two are orders to the agent", async () => {
        const emulator = await start();
        emulator.controls.addOutcomes(windows1, { exitCode: 3010 }, { exitCode: 3010 }, { exitCode: 1223 });
        const client = sdk(emulator);
        const plugin = line(`-RamRoleName=${role}`);
        expect((await run(client, windows1, plugin, batch)).exitCode).to.equal(3010);
        const reboots = () => emulator.state.instances.find((each) => each.instanceId === windows1)?.reboots;
        expect(reboots()).to.equal(1);
        const guarded = [
            plugin,
            "if %ERRORLEVEL% EQU 3009 exit /b 255",
            "if %ERRORLEVEL% EQU 3010 exit /b 255",
            "exit /b %ERRORLEVEL%",
        ].join("\r\n");
        expect((await run(client, windows1, guarded, batch)).exitCode).to.equal(255);
        expect((await run(client, windows1, guarded, batch)).exitCode).to.equal(1223);
        expect(reboots()).to.equal(1);
        expect(() => {
            emulator.controls.addOutcomes(linux1, { exitCode: 3010 });
        }).to.throw("outcome.exitCode must be a whole number from 0 to 255 on Linux");
    });
});

describe("emulator: the output of Windows commands", () => {
    afterEach(closeAll);
    const batch = { type: "RunBatScript" };
    const output = '快照创建成功 [message="完成"] é\r\n';

    it("is UTF-8, or as it is in code page 936 when told so", async () => {
        const emulator = await start();
        emulator.controls.addOutcomes(windows1, { output, exitCode: 16 }, { output, exitCode: 16 });
        const client = sdk(emulator);
        const plugin = pluginLine("-Name=x1", "app-snapshot-plugin-win");
        const converted = await run(client, windows1, plugin, batch);
        expect(converted.text).to.equal(output);
        emulator.controls.behaviour({ windowsOutput: "code-page" });
        const raw = Buffer.from((await run(client, windows1, plugin, batch)).output ?? "", "base64");
        expect(raw.subarray(0, 6)).to.deep.equal(Buffer.from("bfecd5d5b4b4", "hex"));
        expect(new TextDecoder("gbk").decode(raw)).to.equal(output);
    });

    it("has a question mark for what the code page lacks", () => {
        expect(encodeGbk("a€한😀é\u0000").toString("hex")).to.equal("6180" + "3f" + "3f" + "a8a6" + "00");
    });

    it("of Linux commands is left alone", async () => {
        const emulator = await start({ behaviour: { windowsOutput: "code-page" } });
        expect((await run(sdk(emulator), linux1, "echo 中文")).text).to.equal("中文\n");
    });
});
