import { expect } from "chai";

import type { EcsApi, Instance } from "../../../../provider/src/cloud/ecs/api";
import type { SnapshotInputs } from "../../../../provider/src/core/inputs/inputs";
import { create } from "../../../../provider/src/core/lifecycle/create";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { FakeCloud } from "../../support/fake-cloud";
import { rejection, rejectionOf } from "../../support/rejection";
import { agentOf, diskOf, inputsOf, instanceOf } from "../../support/samples";

const minute = 60_000;

/** The times of an instance's start, in milliseconds after the first call. */
interface StartTimes {
    /** The time at which its status is Running. */
    readonly running: number;
    /** The time at which its agent is online; before that, the agent is in no list. */
    readonly online: number;
    /** The time between its start and the first call. Default 0. */
    readonly age?: number;
    readonly status?: string;
    readonly instance?: Partial<Instance>;
    /** The time by which the cloud's clock is ahead of this machine's. Default: five hours. */
    readonly ahead?: number;
}

/** Returns a cloud with an instance that was started recently, by the cloud's clock. */
function starting({
    running,
    online,
    age = 0,
    status = "Starting",
    instance,
    ahead = 300 * minute,
}: StartTimes): FakeCloud {
    const answers: Partial<EcsApi> = {
        answeredAt: () => cloud.context.clock.now() + ahead,
        describeInstances: () =>
            Promise.resolve([
                instanceOf({
                    status: passed() < running ? status : "Running",
                    startTime: new Date(start + ahead - age).toISOString().replace(/:\d\d\.\d+Z$/, "Z"),
                    ...instance,
                }),
            ]),
        describeCloudAssistantStatus: () => Promise.resolve(passed() < online ? [] : [agentOf()]),
    };
    const cloud = new FakeCloud([{}], answers);
    const start = cloud.context.clock.now();
    const passed = (): number => cloud.context.clock.now() - start;
    return cloud;
}

function failure(cloud: FakeCloud, inputs: SnapshotInputs = inputsOf()): Promise<AppSnapshotError> {
    return rejectionOf(AppSnapshotError, create(cloud.context, inputs));
}

const changes = ["attachInstanceRamRole", "tagResources", "runCommand"] as const;

function expectUntouched(cloud: FakeCloud): void {
    for (const change of changes) {
        expect(cloud.api.operations()).not.to.include(change);
    }
}

describe("an instance that was started recently", () => {
    it("is awaited, and so is its agent, with a status in the resource's row", async () => {
        const cloud = starting({ running: 2 * minute, online: 5 * minute });
        const start = cloud.context.clock.now();
        expect(await create(cloud.context, inputsOf())).to.include({ snapshotGroupId: "ssg-1" });
        expect(cloud.invocations).to.have.length(1);
        expect(Date.parse(cloud.invocations[0]?.creationTime ?? "") - start).to.be.within(
            5 * minute,
            6 * minute,
        );
        const says = cloud.context.log.of("status").join("\n");
        expect(says).to.match(/waiting [\dms]+: the instance to start/);
        expect(says).to.match(/waiting [\dms]+: the Cloud Assistant agent to come online/);
        expect(cloud.context.log.of("warn")).to.deep.equal([]);
    });

    it("is not changed while it is awaited", async () => {
        const cloud = starting({ running: minute, online: 2 * minute });
        cloud.role = undefined;
        await create(cloud.context, inputsOf());
        const operations = cloud.api.operations();
        const looked = operations.lastIndexOf("describeCloudAssistantStatus");
        for (const change of changes) {
            expect(operations.indexOf(change), change).to.be.above(looked);
        }
    });

    it("fails 15 minutes after its start by the cloud's clock, with the same error as without a wait", async () => {
        const cloud = starting({ running: 0, online: Infinity, age: 5 * minute });
        const start = cloud.context.clock.now();
        expect((await failure(cloud)).code).to.equal("AgentMissing");
        // The date of its start has no seconds.
        expect(cloud.context.clock.now() - start).to.be.within(9 * minute, 11 * minute);
        expectUntouched(cloud);
    });

    it("fails after 15 minutes of starting, with all remaining problems", async () => {
        const cloud = starting({ running: Infinity, online: Infinity });
        const start = cloud.context.clock.now();
        const error = await failure(cloud);
        expect(error.message).to.include("InstanceNotRunning: ").and.to.include("its status is Starting");
        expect(error.message).to.include("AgentMissing: ");
        expect(cloud.context.clock.now() - start).to.be.within(15 * minute, 16 * minute);
        expectUntouched(cloud);
    });

    it("is awaited even if the cloud's time is unknown, or its start's date is late, because the start was seen", async () => {
        const undated = { startTime: "", creationTime: "" };
        for (const status of ["Starting", "Pending"]) {
            const cloud = starting({ running: minute, online: 3 * minute, status, instance: undated });
            await create(cloud.context, inputsOf());
            expect(cloud.invocations).to.have.length(1);
        }
    });

    it("is awaited only until the resource's deadline", async () => {
        const cloud = starting({ running: minute, online: Infinity });
        const start = cloud.context.clock.now();
        expect((await failure(cloud, inputsOf({ timeoutSeconds: 120 }))).code).to.equal("AgentMissing");
        expect(cloud.context.clock.now() - start).to.equal(2 * minute);
        expectUntouched(cloud);
    });

    it("is no longer awaited after an interruption", async () => {
        const cloud = starting({ running: Infinity, online: Infinity });
        const stop = new AbortController();
        const start = cloud.context.clock.now();
        const api: EcsApi = {
            ...cloud.api,
            describeInstances: (filter) => {
                if (cloud.context.clock.now() > start) {
                    stop.abort(new Error("asked to end"));
                }
                return cloud.api.describeInstances(filter);
            },
        };
        const error = await rejection(create({ ...cloud.context, api, signal: stop.signal }, inputsOf()));
        expect(error.message).to.include("asked to end");
        expect(cloud.context.clock.now() - start).to.be.below(minute);
        expectUntouched(cloud);
    });

    it("fails at once if there is any other problem", async () => {
        const others: [StartTimes["instance"], (cloud: FakeCloud) => void, string][] = [
            [{ lockReasons: ["security"] }, () => undefined, "InstanceLocked: "],
            [{ osName: "CentOS  7.5 64 bit" }, () => undefined, "OperatingSystemNotSupported: "],
            [
                {},
                (cloud) => {
                    cloud.disks = [diskOf("d-old", { category: "cloud_efficiency" })];
                },
                "NoEssdDisk: ",
            ],
            [
                {},
                (cloud) => {
                    cloud.role = "Other";
                },
                "RoleConflict: ",
            ],
        ];
        for (const [instance, change, code] of others) {
            const cloud = starting({ running: minute, online: minute, ...(instance && { instance }) });
            change(cloud);
            const start = cloud.context.clock.now();
            const { message } = await failure(cloud);
            expect(message).to.include(code).and.to.include("InstanceNotRunning: ");
            expect(cloud.context.clock.now()).to.equal(start);
        }
    });
});

describe("an instance that was started long ago", () => {
    it("fails at once without its agent, even if it would be new by this machine's clock", async () => {
        const cloud = starting({ running: 0, online: minute, age: 16 * minute, ahead: 16 * minute });
        const start = cloud.context.clock.now();
        expect((await failure(cloud)).code).to.equal("AgentMissing");
        expect(cloud.context.clock.now()).to.equal(start);
    });

    it("fails at once if it is being stopped, even if it is new", async () => {
        for (const status of ["Stopping", "Stopped"]) {
            const cloud = starting({ running: minute, online: 0, status });
            const start = cloud.context.clock.now();
            expect((await failure(cloud)).code).to.equal("InstanceNotRunning");
            expect(cloud.context.clock.now()).to.equal(start);
        }
    });
});
