import { expect } from "chai";
import { closeAll, consistencyTags, pluginLine, role, run, sdk, start, windows1 } from "./support";

describe("emulator: the plugin on Windows", function () {
    // Real processes; a busy machine takes its time.
    this.timeout(20_000);
    afterEach(closeAll);
    const batch = { type: "RunBatScript" };
    const line = (params: string) => pluginLine(params, "app-snapshot-plugin-win");

    it("takes an application-consistent snapshot with the vendor's own command line", async () => {
        const emulator = await start();
        emulator.edit.attachRole(windows1, role);
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
        emulator.edit.attachRole(windows1, role);
        await run(sdk(emulator), windows1, line(`-RamRoleName=${role},-EnableWriters=false`), batch);
        expect(consistencyTags(emulator)).to.deep.equal([["FsConsistent"], ["FsConsistent"]]);
    });

    const traps: [string, string, number][] = [
        ["an option of the Linux plugin", `-RamRoleName=${role},-EnableFsFreeze=true`, 2],
        ["a percent sign that names no variable", `-RamRoleName=%NoSuchRole%`, 13],
        ["an ampersand outside quotes", `-Name=x1&-RamRoleName=${role}`, 9009],
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
            emulator.edit.attachRole(windows1, role);
            const row = await run(sdk(emulator), windows1, line(params), batch);
            expect(row.exitCode, row.text).to.equal(exitCode);
        });
    }
});
