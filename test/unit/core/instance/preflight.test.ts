import { expect } from "chai";

import type { Observation } from "../../../../provider/src/core/instance/observation";
import {
    preflight,
    preflightVerdict,
    type Readiness,
} from "../../../../provider/src/core/instance/preflight";
import { leaseTag } from "../../../../provider/src/core/role/lease";
import type { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { testContext } from "../../support/context";
import { rejection } from "../../support/rejection";
import {
    agentOf,
    diskOf,
    type InputChanges,
    instanceId,
    instanceOf,
    specificationOf,
} from "../../support/samples";
import { apiError, scriptedApi } from "../../support/scripted-api";

const role = "AppSnapshotRoleName";

const ready: Observation = {
    instance: instanceOf(),
    agent: agentOf(),
    disks: [diskOf("d-system", { type: "system" }), diskOf("d-data")],
    attachedRole: role,
    now: Date.parse("2025-01-02T03:04:05Z"),
};

function outcomeOf(observed: Partial<Observation>, inputs: InputChanges = {}) {
    return preflightVerdict(specificationOf(inputs), { ...ready, ...observed }, "cn-hangzhou");
}

function problemOf(observed: Partial<Observation>, inputs: InputChanges = {}): AppSnapshotError {
    const outcome = outcomeOf(observed, inputs);
    if (outcome.ok) {
        throw new Error("The instance is ready.");
    }
    return outcome.error;
}

function readinessOf(observed: Partial<Observation>, inputs: InputChanges = {}): Readiness {
    const outcome = outcomeOf(observed, inputs);
    if (!outcome.ok) {
        throw outcome.error;
    }
    return outcome.value;
}

const windows = instanceOf({
    osType: "windows",
    osName: "Windows Server  2022 Datacenter Edition 64bit English",
});

describe("an instance that is ready", () => {
    it("is reported with its operating system, its disks and its role", () => {
        expect(readinessOf({})).to.deep.equal({
            osType: "linux",
            managerHasTimeout: true,
            diskIds: ["d-system", "d-data"],
            attachedRole: role,
            lease: undefined,
            activeTasks: 0,
            warnings: [],
        });
    });

    it("may have a temporary role, which is neither used nor a conflict, because it will be detached", () => {
        const lease = { ramRoleName: "Other", stack: "ab12", expires: 1_700_000_000_000 };
        const instance = instanceOf({ tags: [leaseTag(lease)] });
        const readiness = readinessOf({ instance, attachedRole: "Other" });
        expect(readiness).to.deep.include({ attachedRole: undefined, lease });
        // The tag is kept even if its role is gone, and does not apply to another role.
        expect(readinessOf({ instance, attachedRole: undefined })).to.deep.include({ lease });
        expect(readinessOf({ instance }).attachedRole).to.equal(role);
        expect(problemOf({ instance, attachedRole: "Third" }).code).to.equal("RoleConflict");
        expect(problemOf({ instance, attachedRole: "Other" }, { roleAttachment: "none" }).code).to.equal(
            "RoleMissing",
        );
    });

    it("may run Windows", () => {
        const { osType } = readinessOf({ instance: windows }, { linux: undefined, windows: {} });
        expect(osType).to.equal("windows");
    });

    it("may have no role yet", () => {
        expect(readinessOf({ attachedRole: undefined }).attachedRole).to.equal(undefined);
    });

    it("may have an older plugin manager without --timeout", () => {
        expect(readinessOf({ agent: agentOf({ version: "2.2.3.498" }) }).managerHasTimeout).to.equal(false);
        expect(readinessOf({ agent: agentOf({ version: "2.2.3.499" }) }).managerHasTimeout).to.equal(true);
        expect(readinessOf({ agent: agentOf({ version: "newest" }) }).managerHasTimeout).to.equal(false);
    });

    it("expects neither excluded nor unsupported disks in the group", () => {
        const disks = [...ready.disks, diskOf("d-old", { category: "cloud_ssd" }), diskOf("d-out")];
        const { diskIds, warnings } = readinessOf({ disks }, { excludeDiskIds: ["d-out"] });
        expect(diskIds).to.deep.equal(["d-system", "d-data"]);
        expect(warnings).to.deep.equal([
            "These disks are not in the snapshot, because they are not of the ESSD family: d-old (cloud_ssd).",
        ]);
    });

    it("has a warning if its agent does not support the plugin's time limit", () => {
        const { warnings } = readinessOf({ agent: agentOf({ version: "2.2.3.400" }) });
        expect(warnings).to.have.length(1);
        expect(warnings[0]).to.include("2.2.3.400").and.to.include("2.x.3.499");
    });

    it("has a warning if its operating system's name is unknown", () => {
        const { warnings } = readinessOf({ instance: instanceOf({ osName: "my image" }) });
        expect(warnings).to.have.length(1);
        expect(warnings[0]).to.include("my image");
    });

    it("may have an agent, operating system or disk category newer than this package, with a warning that the plugin decides", () => {
        const newer: readonly (readonly [Partial<Observation>, InputChanges, string])[] = [
            [{ agent: agentOf({ version: "3.0.0.12" }) }, {}, "3.0.0.12"],
            [{ agent: agentOf({ version: "2.2.4.1-beta" }) }, {}, "2.2.4.1-beta"],
            [{ instance: instanceOf({ osName: "Alibaba Cloud Linux  4.1 64 bit" }) }, {}, "Linux  4.1"],
            [
                { instance: { ...windows, osName: "Windows Server 2025 Datacenter" } },
                { linux: undefined, windows: {} },
                "Windows Server 2025",
            ],
            [{ disks: [diskOf("d-1", { category: "cloud_essd_x" })] }, {}, "d-1 (cloud_essd_x)"],
        ];
        for (const [observed, inputs, word] of newer) {
            const { warnings, managerHasTimeout } = readinessOf(observed, inputs);
            expect(warnings).to.have.length(1);
            expect(warnings[0]).to.include(word);
            expect(managerHasTimeout).to.equal(true);
        }
    });

    it("does not require a disk in the group if the plugin decides whether to include it", () => {
        const disks = [...ready.disks, diskOf("d-new", { category: "cloud_essd_x" })];
        expect(readinessOf({ disks }).diskIds).to.deep.equal(["d-system", "d-data"]);
    });

    it("has a warning if its agent's version is unknown, because the time limit is not passed then", () => {
        const { warnings } = readinessOf({ agent: agentOf({ version: "newest" }) });
        expect(warnings).to.have.length(1);
        expect(warnings[0]).to.include("newest").and.to.include("not told the plugin's time limit");
    });

    it("may have a shared disk that is excluded", () => {
        const disks = [...ready.disks, diskOf("d-shared", { multiAttach: true })];
        expect(readinessOf({ disks }, { excludeDiskIds: ["d-shared"] }).diskIds).not.to.include("d-shared");
    });
});

describe("a problem that prevents a snapshot", () => {
    const problems: readonly (readonly [
        what: string,
        code: string,
        detail: string,
        observed: Partial<Observation>,
        inputs?: InputChanges,
    ])[] = [
        ["an instance that does not exist", "InstanceNotFound", "cn-hangzhou", { instance: undefined }],
        [
            "a stopped instance",
            "InstanceNotRunning",
            "Stopped",
            { instance: instanceOf({ status: "Stopped" }) },
        ],
        [
            "a locked instance",
            "InstanceLocked",
            "security, financial",
            { instance: instanceOf({ lockReasons: ["security", "financial"] }) },
        ],
        [
            "an operating system that the plugin does not support",
            "OperatingSystemNotSupported",
            "CentOS  7.5 64 bit",
            { instance: instanceOf({ osName: "CentOS  7.5 64 bit" }) },
        ],
        ["Linux options on Windows", "OptionsForOtherSystem", "Windows Server", { instance: windows }],
        [
            "Windows options on Linux",
            "OptionsForOtherSystem",
            "Alibaba Cloud Linux",
            {},
            { linux: undefined, windows: {} },
        ],
        ["a Linux instance without scripts", "ScriptsMissing", "", {}, { linux: undefined }],
        [
            "VSS writers that are switched off",
            "Degraded",
            "enableWriters",
            { instance: windows },
            { linux: undefined, windows: { enableWriters: false } },
        ],
        ["no agent in the list", "AgentMissing", "", { agent: undefined }],
        ["no agent", "AgentMissing", "", { agent: agentOf({ online: false, version: "" }) }],
        ["an agent that is offline", "AgentOffline", "", { agent: agentOf({ online: false }) }],
        ["an old agent", "AgentTooOld", "2.2.3.316", { agent: agentOf({ version: "2.2.3.316" }) }],
        [
            "an agent too old for a list of disks",
            "AgentTooOld",
            "2.x.3.349",
            {
                agent: agentOf({ version: "2.2.3.348" }),
                disks: [...ready.disks, diskOf("d-1"), diskOf("d-2")],
            },
            { excludeDiskIds: ["d-1", "d-2"] },
        ],
        [
            "no disk of the ESSD family",
            "NoEssdDisk",
            "d-old (cloud_efficiency)",
            { disks: [diskOf("d-old", { category: "cloud_efficiency" })] },
        ],
        ["nothing but excluded disks", "NoEssdDisk", "", {}, { excludeDiskIds: ["d-system", "d-data"] }],
        [
            "an excluded disk that is not attached",
            "ExcludedDiskNotAttached",
            "d-typo",
            {},
            { excludeDiskIds: ["d-typo"] },
        ],
        [
            "a shared disk",
            "MultiAttachDisk",
            "d-shared",
            { disks: [...ready.disks, diskOf("d-shared", { multiAttach: true })] },
        ],
        ["another role", "RoleConflict", "OtherRole", { attachedRole: "OtherRole" }],
        [
            "no role where none may be attached",
            "RoleMissing",
            role,
            { attachedRole: undefined },
            { roleAttachment: "none" },
        ],
    ];

    for (const [what, code, detail, observed, inputs] of problems) {
        it(`is ${what}`, () => {
            const error = problemOf(observed, inputs);
            expect(error.code).to.equal(code);
            expect(error.message).to.include(detail);
            expect(error.message).to.include(instanceId);
            expect(error.message).to.include(`What to do: ${error.remedy}`);
        });
    }

    it("is reported together with all others, each with its remedy", () => {
        const error = problemOf({
            instance: instanceOf({
                status: "Stopped",
                lockReasons: ["financial"],
                osName: "Debian  11.6 64 bit",
            }),
            agent: undefined,
            disks: [],
            attachedRole: "OtherRole",
        });
        expect(error.code).to.equal("SeveralProblems");
        for (const code of [
            "InstanceNotRunning",
            "InstanceLocked",
            "OperatingSystemNotSupported",
            "AgentMissing",
            "NoEssdDisk",
            "RoleConflict",
        ]) {
            expect(error.message).to.include(`${code}: `);
        }
        expect(error.message.match(/What to do:/g)).to.have.length(7);
    });

    it("is reported with the problems of the role that can be found without attaching it", () => {
        const observed = {
            agent: agentOf({ online: false }),
            disks: [diskOf("d-old", { category: "cloud_efficiency" })],
        };
        const codes = (attachedRole: string | undefined, inputs: InputChanges = {}): string[] =>
            problemOf({ ...observed, attachedRole }, inputs).message.match(/(?<=\d\. )\w+/g) ?? [];
        expect(codes("OtherRole")).to.deep.equal(["AgentOffline", "NoEssdDisk", "RoleConflict"]);
        expect(codes(undefined, { roleAttachment: "none" })).to.deep.equal([
            "AgentOffline",
            "NoEssdDisk",
            "RoleMissing",
        ]);
        expect(codes(undefined)).to.deep.equal(["AgentOffline", "NoEssdDisk"]);
        const unknown = `Whether the RAM role ${role} exists and may be attached`;
        expect(problemOf({ ...observed, attachedRole: undefined }).remedy).to.include(unknown);
        expect(problemOf({ agent: undefined, attachedRole: undefined }).message).to.include(unknown);
        expect(problemOf(observed).message).not.to.include(unknown);
    });

    it("is a classic network, in which no role can be attached", () => {
        const instance = instanceOf({ networkType: "classic" });
        const { code, message } = problemOf({ instance, attachedRole: undefined });
        expect(code).to.equal("InvalidNetworkType.MismatchRamRole");
        expect(message).to.include(instanceId).and.to.include("VPC");
    });

    it("has a remedy that fits the operating system, and names only options that help", () => {
        const old = [diskOf("d-old", { category: "cloud_efficiency" }), diskOf("d-new")];
        const remedyOf = (observed: Partial<Observation>, inputs: InputChanges = {}): string =>
            problemOf(observed, inputs).remedy;
        const offline = { agent: agentOf({ online: false }) };
        expect(remedyOf(offline)).to.include("`systemctl start aliyun.service`").and.not.include("net start");
        expect(remedyOf({ ...offline, instance: windows }, { linux: undefined, windows: {} }))
            .to.include("`net start AliyunService`")
            .and.not.include("systemctl");
        expect(remedyOf({ disks: old }, { excludeDiskIds: ["d-new"] })).to.include("shorten excludeDiskIds");
        expect(remedyOf({ disks: old.slice(0, 1) })).not.to.include("excludeDiskIds");
        expect(remedyOf({ disks: old.slice(0, 1) }, { excludeDiskIds: ["d-old"] })).not.to.include(
            "excludeDiskIds",
        );
        const writersOff = { linux: undefined, windows: { enableWriters: false } };
        expect(remedyOf({ instance: windows }, writersOff))
            .to.include("Remove windows.enableWriters.")
            .and.to.include('set requiredConsistency: "filesystem".')
            .and.not.match(/onDegraded|script/);
        const none = { roleAttachment: "none" } as const;
        expect(remedyOf({ attachedRole: undefined }, none)).to.include(
            `Attach the RAM role ${role} yourself`,
        );
        expect(remedyOf({ attachedRole: "Other" }, none)).not.to.include("let this package");
        expect(remedyOf({ attachedRole: "Other" })).to.include("let this package attach its own");
    });

    it("is not a missing script if less is required", () => {
        expect(outcomeOf({}, { linux: undefined, requiredConsistency: "filesystem" }).ok).to.equal(true);
        expect(
            outcomeOf(
                { instance: windows },
                { linux: undefined, windows: { enableWriters: false }, requiredConsistency: "filesystem" },
            ).ok,
        ).to.equal(true);
    });
});

describe("checking instances", () => {
    it("makes no further call for an instance that does not exist", async () => {
        const api = scriptedApi({ describeInstances: () => Promise.resolve([]) });
        const outcomes = await preflight(testContext(api), [specificationOf()]);
        const outcome = outcomes.get(instanceId);
        expect(outcome?.ok === false && outcome.error.code).to.equal("InstanceNotFound");
        expect(api.operations()).to.deep.equal(["describeInstances"]);
    });

    it("continues after a refused call, and reports it in one error with all other problems", async () => {
        const api = scriptedApi({
            describeInstances: () => Promise.resolve([instanceOf({ lockReasons: ["security"] })]),
            describeCloudAssistantStatus: () => Promise.reject(apiError("Forbidden.RAM")),
            describeInstanceRamRole: () => Promise.reject(apiError("NoPermission")),
            describeDisks: () => Promise.resolve([...ready.disks]),
        });
        const outcome = (
            await preflight(testContext(api), [specificationOf({ roleAttachment: "none" })])
        ).get(instanceId);
        const error = outcome?.ok === false ? outcome.error : undefined;
        expect(error?.instanceId).to.equal(instanceId);
        expect(error?.message.match(/(?<=\d\. )[\w.]+(?=: )/g)).to.deep.equal([
            "InstanceLocked",
            "Forbidden.RAM",
            "NoPermission",
        ]);
    });

    it("fails if a call gets no response", async () => {
        const thrown = apiError("ServiceUnavailable");
        const api = scriptedApi({
            describeInstances: () => Promise.resolve([instanceOf()]),
            describeCloudAssistantStatus: () => Promise.resolve([agentOf()]),
            describeInstanceRamRole: () => Promise.reject(thrown),
            describeDisks: () => Promise.resolve([...ready.disks]),
        });
        expect(await rejection(preflight(testContext(api), [specificationOf()]))).to.equal(thrown);
    });

    it("has an outcome for each, and leaves missing ones out of further calls", async () => {
        const api = scriptedApi({
            describeInstances: () => Promise.resolve([instanceOf()]),
            describeCloudAssistantStatus: () => Promise.resolve([agentOf()]),
            describeInstanceRamRole: () => Promise.resolve(new Map([[instanceId, role]])),
            describeDisks: () => Promise.resolve([...ready.disks]),
        });
        const specifications = [specificationOf(), specificationOf({ instanceId: "i-missing" })];
        const outcomes = await preflight(testContext(api), specifications);
        expect([...outcomes].map(([id, outcome]) => [id, outcome.ok])).to.deep.equal([
            [instanceId, true],
            ["i-missing", false],
        ]);
        expect(api.argumentsOf("describeCloudAssistantStatus")).to.deep.equal([[[instanceId]]]);
        expect(api.argumentsOf("describeDisks")).to.deep.equal([[{ instanceId }]]);
    });
});
