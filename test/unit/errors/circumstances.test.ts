import { expect } from "chai";

import { circumstancesOf } from "../../../provider/src/core/inputs/circumstances";
import type { OperatingSystem } from "../../../provider/src/core/inputs/specification";
import { AppSnapshotError } from "../../../provider/src/errors/app-snapshot-error";
import { type Circumstances } from "../../../provider/src/errors/circumstances";
import { deliveryErrorEntry } from "../../../provider/src/errors/delivery-errors";
import type { ErrorEntry } from "../../../provider/src/errors/error-entry";
import { exitCodeEntry } from "../../../provider/src/errors/exit-codes";
import { ownErrors } from "../../../provider/src/errors/own-errors";
import { deliveredScripts, type InputChanges, specificationOf } from "../support/samples";

function circumstances(system: OperatingSystem, inputs: InputChanges = {}): Circumstances {
    return circumstancesOf(specificationOf(inputs), system);
}

const byPath = circumstances("linux");
const delivered = circumstances("linux", { linux: deliveredScripts });
const withoutScripts = circumstances("linux", { linux: undefined, requiredConsistency: "filesystem" });
const windows = circumstances("windows", { linux: undefined });

function remedyOf(entry: ErrorEntry, details: Circumstances): string {
    const error = new AppSnapshotError(entry, { circumstances: details });
    expect(error.message).to.include(`What to do: ${error.remedy}`);
    expect(error.remedy, error.code).to.match(/^["`A-Z].{10,}\.$/);
    expect(error.remedy, error.code).not.to.match(/undefined|false| {2}/);
    return error.remedy;
}

describe("the circumstances of an error", () => {
    it("are those of the snapshot: its operating system, its scripts, its requirement, its role", () => {
        expect(byPath).to.deep.equal({
            linux: true,
            windows: false,
            scriptsByPath: true,
            scriptsDelivered: false,
            writersOff: false,
            excludesDisks: false,
            mayRequireLess: true,
            mayKeep: true,
            attachesRole: true,
            role: "the RAM role AppSnapshotRoleName",
        });
        expect(delivered).to.include({ scriptsByPath: false, scriptsDelivered: true });
        expect(withoutScripts).to.include({
            scriptsByPath: false,
            scriptsDelivered: false,
            mayRequireLess: false,
        });
        expect(windows).to.include({ linux: false, windows: true, scriptsByPath: false });
        expect(
            circumstances("linux", {
                excludeDiskIds: ["d-1"],
                onDegraded: "keep",
                roleAttachment: "none",
                ramRoleName: "Mine",
            }),
        ).to.include({
            excludesDisks: true,
            mayKeep: false,
            attachesRole: false,
            role: "the RAM role Mine",
        });
    });

    it("stay with an error that is extended", () => {
        const error = new AppSnapshotError(ownErrors.AgentOffline, { circumstances: windows });
        expect(error.with({ detail: "more" }).remedy).to.equal(error.remedy);
    });
});

describe("a remedy", () => {
    it("covers every case if the circumstances are not known", () => {
        expect(exitCodeEntry(11).remedy).to.include("post-script").and.to.include("vssadmin");
        expect(ownErrors.AgentOffline.remedy).to.include("systemctl").and.to.include("net start");
    });

    it("mentions scripts only if there are some", () => {
        for (const exitCode of [4, 5, 6, 7, 8, 11]) {
            for (const some of [byPath, delivered]) {
                expect(remedyOf(exitCodeEntry(exitCode), some), String(exitCode)).to.include(
                    "what the post-script does",
                );
            }
            for (const none of [withoutScripts, windows]) {
                expect(remedyOf(exitCodeEntry(exitCode), none), String(exitCode)).to.match(
                    /^First make sure that the instance accepts writes\. (?!.*script)/,
                );
            }
        }
    });

    it("names the role that lacks a permission or has none", () => {
        const mine = circumstances("linux", { ramRoleName: "Mine" });
        for (const exitCode of [1, 3, 8, 13]) {
            expect(remedyOf(exitCodeEntry(exitCode), mine), String(exitCode))
                .to.include("the RAM role Mine")
                .and.not.include("ramRoleName");
        }
    });

    it("mentions excludeDiskIds only if it is set", () => {
        const some = circumstances("linux", { excludeDiskIds: ["d-1"] });
        expect(remedyOf(exitCodeEntry(3), some)).to.include("excludeDiskIds leaves an ESSD disk");
        expect(remedyOf(exitCodeEntry(3), byPath)).to.include("an ESSD disk is attached");
        expect(remedyOf(exitCodeEntry(3), byPath)).not.to.include("excludeDiskIds");
    });

    it("fits the operating system", () => {
        expect(remedyOf(exitCodeEntry(11), byPath))
            .to.include("freezeTimeoutSeconds")
            .and.not.include("VSS");
        expect(remedyOf(exitCodeEntry(11), windows))
            .to.include("vssadmin")
            .and.not.include("linux.");
        expect(remedyOf(exitCodeEntry(12), byPath)).to.include("fsfreeze --unfreeze");
        expect(remedyOf(exitCodeEntry(12), windows)).not.to.include("fsfreeze");
    });

    it("says how to start, restart and upgrade the agent there", () => {
        const entries: [entry: ErrorEntry, onLinux: string, onWindows: string][] = [
            [ownErrors.AgentOffline, "systemctl start aliyun.service", "net start AliyunService"],
            [ownErrors.AgentTooOld, "aliyun_assist_update --check_update", "aliyun_assist_update.exe"],
            [deliveryErrorEntry("ClientNotRunning", ""), "systemctl start", "net start"],
            [deliveryErrorEntry("ClientNotResponse", ""), "systemctl restart", "net stop"],
            [deliveryErrorEntry("ClientNeedUpgrade", ""), "/usr/local/share", "C:\\ProgramData"],
            [deliveryErrorEntry("", "Invalid"), "/usr/local/share", "C:\\ProgramData"],
        ];
        for (const [entry, onLinux, onWindows] of entries) {
            expect(remedyOf(entry, byPath)).to.include(onLinux).and.not.include(onWindows);
            expect(remedyOf(entry, windows)).to.include(onWindows).and.not.include(onLinux);
        }
        expect(ownErrors.AgentMissing.remedy).to.include("`aliyun ecs InstallCloudAssistant`");
    });

    it("says where to correct refused scripts", () => {
        expect(remedyOf(exitCodeEntry(64), byPath))
            .to.include("`chmod 0700`")
            .and.not.include("anew");
        expect(remedyOf(exitCodeEntry(64), delivered))
            .to.include("delivered again")
            .and.not.include("chmod");
    });

    it("offers only inputs that would accept the degraded snapshot", () => {
        const { Degraded } = ownErrors;
        expect(remedyOf(Degraded, byPath)).to.match(
            /mode 0700 .*To accept less, set requiredConsistency: "filesystem" or onDegraded: "keep"\.$/,
        );
        expect(remedyOf(Degraded, delivered)).to.match(/^Check that both scripts end with exit code 0 /);
        expect(remedyOf(Degraded, withoutScripts))
            .to.include('set onDegraded: "keep".')
            .and.not.match(/script|requiredConsistency/);
        expect(remedyOf(Degraded, windows))
            .to.include("vssadmin")
            .and.not.match(/script|Leave/);
        const accepted = circumstances("linux", {
            onDegraded: "keep",
            linux: undefined,
            requiredConsistency: "filesystem",
        });
        expect(remedyOf(Degraded, accepted)).not.to.include("To accept less");
    });
});
