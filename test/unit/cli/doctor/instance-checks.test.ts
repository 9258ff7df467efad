import { expect } from "chai";

import type { Check } from "../../../../provider/src/cli/doctor/check";
import { instanceChecks } from "../../../../provider/src/cli/doctor/instance-checks";
import { type Observation, unknownInstance } from "../../../../provider/src/core/instance/observation";
import { preflightVerdict } from "../../../../provider/src/core/instance/preflight";
import { leaseTag } from "../../../../provider/src/core/role/lease";
import { ownErrors } from "../../../../provider/src/errors/own-errors";
import { agentOf, diskOf, type InputChanges, instanceOf, specificationOf } from "../../support/samples";
import { apiError } from "../../support/scripted-api";

const role = "AppSnapshotRoleName";
const now = Date.parse("2025-01-02T03:04:05Z");

const ready: Observation = {
    instance: instanceOf(),
    agent: agentOf(),
    disks: [diskOf("d-system", { type: "system" }), diskOf("d-data")],
    attachedRole: role,
    now,
};

function checksOf(observed: Partial<Observation>, inputs: InputChanges = {}): Check[] {
    return instanceChecks(specificationOf(inputs), { ...ready, ...observed }, "cn-hangzhou");
}

/** The lines that are not ok, each with its status, its name and its code or message. */
function complaintsOf(observed: Partial<Observation>, inputs: InputChanges = {}): string[] {
    return checksOf(observed, inputs)
        .filter(({ status }) => status !== "ok")
        .map(({ status, check, code, message }) => `${status} ${check}: ${code ?? message}`);
}

describe("the check list of an instance", () => {
    it("says what was found if all is well", () => {
        expect(
            checksOf({}).map(({ status, check, message }) => `${status} ${check}: ${message}`),
        ).to.deep.equal([
            "ok state: Running, since 2024-12-01T08:00Z",
            "ok system: Alibaba Cloud Linux 3.2104 LTS 64 bit",
            "ok agent: 2.2.4.910, online",
            "ok disks: in the snapshot: d-system (cloud_essd, system), d-data (cloud_essd, data)",
            "ok network: vpc",
            "ok metadata service: on, and needs no token",
            `ok role: ${role} is attached`,
        ]);
    });

    it("has one line for an instance that does not exist", () => {
        const checks = instanceChecks(specificationOf(), unknownInstance, "cn-hangzhou");
        expect(checks).to.deep.equal([
            {
                check: "instance",
                status: "problem",
                code: "InstanceNotFound",
                message: `${ownErrors.InstanceNotFound.cause}; searched in region cn-hangzhou`,
                remedy: ownErrors.InstanceNotFound.remedy,
            },
        ]);
    });

    it("has the problems of preflight, with its remedies, each beside its subject", () => {
        const observed: Partial<Observation> = {
            instance: instanceOf({
                osName: "Debian  11.1 64 bit",
                networkType: "classic",
                lockReasons: ["security"],
                status: "Stopped",
            }),
            agent: agentOf({ online: false, version: "2.2.3.300" }),
            disks: [diskOf("d-1", { category: "cloud_efficiency" }), diskOf("d-2", { multiAttach: true })],
            attachedRole: "Other",
        };
        const inputs = { excludeDiskIds: ["d-gone"] };
        expect(complaintsOf(observed, inputs)).to.deep.equal([
            "problem state: InstanceNotRunning",
            "problem state: InstanceLocked",
            "problem system: OperatingSystemNotSupported",
            "problem agent: AgentOffline",
            "problem agent: AgentTooOld",
            "warning agent: The Cloud Assistant agent 2.2.3.300 can't be told the plugin's time limit, and may end the plugin in the middle of a freeze. Upgrade it to 2.x.3.499 or newer.",
            "problem disks: ExcludedDiskNotAttached",
            "problem disks: MultiAttachDisk",
            "warning disks: These disks are not in the snapshot, because they are not of the ESSD family: d-1 (cloud_efficiency).",
            "problem network: InvalidNetworkType.MismatchRamRole",
            "problem role: RoleConflict",
        ]);
        const verdict = preflightVerdict(specificationOf(inputs), { ...ready, ...observed }, "cn-hangzhou");
        const combined = verdict.ok ? "" : verdict.error.message;
        for (const { status, code = "", remedy = "" } of checksOf(observed, inputs)) {
            if (status === "problem") {
                expect(combined).to.include(`${code}: `).and.to.include(remedy);
            }
        }
    });

    it("has no warning about the agent beside the problem that there is none", () => {
        for (const agent of [undefined, agentOf({ version: "", online: false })]) {
            expect(complaintsOf({ agent })).to.deep.equal(["problem agent: AgentMissing"]);
        }
    });

    it("does not call a problem what `pulumi up` waits for", () => {
        const instance = instanceOf({ startTime: new Date(now - 60_000).toISOString() });
        const checks = checksOf({ instance, agent: agentOf({ online: false }) });
        expect(checks.find(({ check }) => check === "agent")).to.deep.equal({
            check: "agent",
            status: "warning",
            message: ownErrors.AgentOffline.cause,
            remedy: "The instance was started a short time ago: `pulumi up` waits up to 15 minutes for it. Check it again later.",
        });
    });

    it("says what the metadata service lacks", () => {
        const complaint = (metadataService: "tokens required" | "disabled" | ""): string | undefined =>
            complaintsOf({ instance: instanceOf({ metadataService }) })[0];
        expect(complaint("disabled")).to.equal("problem metadata service: MetadataServiceDisabled");
        expect(complaint("tokens required")).to.match(/^warning metadata service: .*IMDSv2.*not known/);
        expect(complaint("")).to.match(/^not checked metadata service: /);
    });

    it("says which role is attached by a snapshot, and that one is required", () => {
        const roleOf = (inputs: InputChanges) =>
            checksOf({ attachedRole: undefined }, inputs).find(({ check }) => check === "role");
        expect(roleOf({})?.message).to.equal(`none is attached; a snapshot attaches ${role}`);
        expect(roleOf({ ramRoleName: "Own" })?.message).to.equal("none is attached; a snapshot attaches Own");
        expect(roleOf({ roleAttachment: "temporary" })?.message).to.match(/for its own time$/);
        expect(roleOf({ roleAttachment: "none" })).to.include({ status: "problem", code: "RoleMissing" });
    });

    it("says who may still use a temporary role, and what detaches one that was left", () => {
        const leased = (expires: number): Observation["instance"] =>
            instanceOf({ tags: [leaseTag({ ramRoleName: "Temporary", stack: "ab12", expires })] });
        const left = { attachedRole: "Temporary" };
        expect(complaintsOf({ instance: leased(now + 60_000), ...left })).to.deep.equal([
            "warning role: a snapshot of the instance may be using the temporary role Temporary, until 2025-01-02T03:05:05.000Z at the latest",
        ]);
        expect(complaintsOf({ instance: leased(now - 60_000), ...left })).to.deep.equal([
            "warning role: the temporary role Temporary, which was needed until 2025-01-02T03:03:05.000Z, is still attached",
        ]);
        expect(complaintsOf({ instance: leased(now - 60_000), attachedRole: undefined })).to.deep.equal([]);
        const [line] = checksOf({ instance: leased(now), ...left }).filter(({ check }) => check === "role");
        expect(line?.message).to.equal(`only a temporary one is attached; a snapshot attaches ${role}`);
    });

    it("says that the file systems of excluded disks are frozen too", () => {
        expect(complaintsOf({}, { excludeDiskIds: ["d-data"] })).to.deep.equal([
            "warning disks: excluded: d-data (cloud_essd). They are not in the snapshot, but their file systems are frozen with the others.",
        ]);
    });

    it("leaves out what the caller may not see, and points to the permission", () => {
        const refusal = apiError("Forbidden.RAM");
        const refusals = { agent: refusal, disks: refusal, attachedRole: refusal };
        expect(
            complaintsOf({ agent: undefined, disks: [], attachedRole: undefined, refusals }),
        ).to.deep.equal(
            ["agent", "disks", "role"].map(
                (check) =>
                    `not checked ${check}: the caller may not call ${refusal.operation}, see the permissions`,
            ),
        );
    });

    it("lets nothing through that a terminal would act on", () => {
        const instance = instanceOf({ osName: "\u001b[2JCent\u202eOS\r\n 7.9\u009b0m" });
        const checks = checksOf({ instance });
        expect(checks.find(({ check }) => check === "system")?.message).to.include(
            " \ufffd[2JCent\ufffdOS 7.9\ufffd0m,",
        );
        expect(checks.map(({ message }) => message).join("")).not.to.match(/[\p{Cc}\p{Cf}]/u);
    });
});
