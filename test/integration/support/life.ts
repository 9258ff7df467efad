import { expect } from "chai";
import {
    type Emulator,
    type InstanceState,
    type InvocationState,
    type LedgerEntry,
    realisticTiming,
} from "pulumi-alicloud-app-snapshot-emulator";

import { resourceOf } from "../../../provider/src/core/run/run";
import { programTags } from "../../support/stack/program-tags";
import { Deployment, type Values } from "./deployment";
import { fixtureWithOwnInstances } from "./own-instance";
import { patientWorld } from "./patient-world";
import { instancesPerRun, snapshot, type Subject } from "./subject";

/** The steps of a snapshot's life, each with the steps before it. */
export const steps = {
    create: [],
    adopt: ["create"],
    read: ["create"],
    update: ["create"],
    "delete what is held": ["create"],
    "read what is held": ["create", "delete what is held"],
    delete: ["create", "delete what is held"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Step = keyof typeof steps;

/** The steps after which nothing is acknowledged yet. */
const beginning: ReadonlySet<Step> = new Set(["create", "adopt"]);

export const stepNames = Object.keys(steps) as Step[];

/** An access key that is easy to find wherever it leaks. */
export const accessKey = { id: "LTAI5tCanaryKeyOfTheMatrix", secret: "canarySecretOfTheMatrix0" };

/** The life of a snapshot or a fleet, in an emulator of its own. */
export class Life {
    deployment: Deployment;
    /** The inputs of the latest program. */
    private program: Values;
    /** A group that was taken for the same resource before and is in no state: `keepLast` has to name it. */
    readonly olderGroupId: string;

    private constructor(
        private readonly subject: Subject,
        private readonly instanceIds: readonly string[],
        readonly emulator: Emulator,
        private readonly startDeployment: () => Deployment,
    ) {
        this.deployment = startDeployment();
        this.program = subject.inputs(instanceIds);
        this.olderGroupId = emulator.controls.createSnapshotGroup(instanceIds[0] ?? "", { name: "older" });
        for (const { snapshotId } of emulator.state.snapshots) {
            emulator.controls.setTags(snapshotId, {
                "app-snapshot:resource": resourceOf({
                    urn: subject.resourceUrn,
                    organization: undefined,
                    namespace: undefined,
                }),
            });
        }
    }

    static live<T>(test: (life: Life) => Promise<T>, subject = snapshot): Promise<T> {
        const { id: accessKeyId, secret: accessKeySecret } = accessKey;
        const { fixture, instanceIds } = fixtureWithOwnInstances(subject.models);
        return patientWorld(
            {
                fixture: { ...fixture, credentials: [{ accessKeyId, accessKeySecret }] },
                // The members of a held group are then deleted one by one.
                behaviour: { groupWithHeldMember: "goes" },
                // And the group is gone when they are read.
                timing: { ...realisticTiming, deletionMs: 0, rolePropagationMs: 0 },
            },
            ({ emulator, anotherProcess }) =>
                test(new Life(subject, instanceIds, emulator, () => new Deployment(anotherProcess))),
            { accessKey, isOfFleets: subject.isOfFleets, instancesPerRun },
        );
    }

    async run(step: Step): Promise<void> {
        if (!beginning.has(step)) {
            this.acknowledge();
        }
        switch (step) {
            case "create":
                await this.deployment.up(this.program);
                break;
            case "adopt":
                // Like an engine that was killed before it recorded anything.
                this.deployment = this.startDeployment();
                await this.deployment.up(this.program);
                break;
            case "read":
                await this.deployment.refresh();
                break;
            case "update":
                this.program = this.subject.changed(this.instanceIds);
                await this.deployment.up(this.program);
                break;
            case "delete what is held":
                await this.deleteHeld();
                break;
            case "read what is held":
                await this.deployment.refresh();
                break;
            case "delete":
                await this.deployment.destroy();
                break;
        }
    }

    /** Acknowledges as the program does, after the engine has recorded its snapshot. */
    private acknowledge(): void {
        for (const { invokeId } of this.held) {
            if (invokeId !== undefined) {
                this.emulator.controls.setTags(invokeId, { "app-snapshot:state": "committed" });
            }
        }
    }

    /** The finished snapshots in the state. */
    get held(): readonly HeldSnapshot[] {
        const { outputs = {} } = this.deployment.recorded ?? {};
        if (!this.subject.isOfFleets) {
            return outputs["snapshotGroupId"] === undefined ? [] : [outputs as unknown as HeldSnapshot];
        }
        return Object.entries(recordsIn(outputs["snapshots"])).map(([instanceId, held]): HeldSnapshot => ({
            ...held,
            instanceId,
        }));
    }

    /** The names of everything in the state that is not finished. */
    get unfinished(): readonly string[] {
        const { outputs = {} } = this.deployment.recorded ?? {};
        const { pending, unfinished, failures, supersededSnapshotGroups } = outputs;
        return [
            ...(pending === undefined ? [] : ["pending"]),
            ...[unfinished, failures, supersededSnapshotGroups].flatMap((values) =>
                Object.keys(recordsIn(values)),
            ),
        ];
    }

    /** The instances that the latest program names. */
    get wantedInstanceIds(): readonly string[] {
        const { instanceId, instanceIds } = this.program;
        return (instanceIds ?? [instanceId]) as readonly string[];
    }

    /** The tags that the latest program sets. */
    get wantedTags(): unknown {
        return this.program["tags"];
    }

    /** The tags of the members and, where they may have some, the groups, but for those of this package and the cloud. */
    get programTags(): readonly { readonly what: string; readonly tags: Readonly<Record<string, string>> }[] {
        const { snapshots, snapshotGroups } = this.emulator.state;
        return [
            ...snapshots.map(({ snapshotId, snapshotGroupId, tags }) => ({
                ...{ what: snapshotId, snapshotGroupId, tags },
            })),
            ...snapshotGroups.map(({ snapshotGroupId, tags }) => ({
                ...{ what: snapshotGroupId, snapshotGroupId, tags },
            })),
        ]
            .filter(({ snapshotGroupId }) => snapshotGroupId !== this.olderGroupId)
            .map(({ what, tags }) => ({ what, tags: programTags(tags) }));
    }

    /** All warnings in the state. */
    get warnings(): string {
        const { outputs = {} } = this.deployment.recorded ?? {};
        return JSON.stringify([outputs["warnings"], ...this.held.map(({ warnings }) => warnings)]);
    }

    /** Repeats a failed step as the engine does, with the resource in its state. */
    async again(step: Step): Promise<void> {
        await (step === "adopt" ? this.deployment.up(this.program) : this.run(step));
    }

    get instances(): readonly InstanceState[] {
        const { instances } = this.emulator.state;
        expect(instances, "instances").to.have.length(this.instanceIds.length);
        return instances;
    }

    get olderGroupExists(): boolean {
        return this.emulator.state.snapshotGroups.some(
            ({ snapshotGroupId }) => snapshotGroupId === this.olderGroupId,
        );
    }

    get ownSnapshotIds(): string[] {
        return this.emulator.state.snapshots
            .filter(({ snapshotGroupId }) => snapshotGroupId !== this.olderGroupId)
            .map(({ snapshotId }) => snapshotId);
    }

    /** The groups that were taken for the resource in this life. */
    get ownGroupIds(): string[] {
        return this.emulator.state.snapshotGroups
            .map(({ snapshotGroupId }) => snapshotGroupId)
            .filter((id) => id !== this.olderGroupId);
    }

    get openInvocationIds(): string[] {
        return this.openInvocations.map(({ invokeId }) => invokeId);
    }

    /** Everything that exists of the resource; each with the names by which it and its products can be found. */
    get existing(): readonly (readonly string[])[] {
        const { recorded } = this.deployment;
        if (recorded !== undefined && !this.subject.isOfFleets) {
            return [[recorded.id]];
        }
        const known = JSON.stringify(recorded?.outputs ?? {});
        const unrecorded = this.openInvocations.filter(({ invokeId }) => !known.includes(invokeId));
        const runs = unrecorded.map(({ invokeId, tags, results }) => [
            invokeId,
            tags["app-snapshot:group-name"] ?? invokeId,
            ...this.ownGroupIds.filter((id) => results.some(({ output }) => output.includes(id))),
        ]);
        const outputs = this.openInvocations.flatMap(({ results }) => results.map(({ output }) => output));
        const orphans = this.ownGroupIds.filter(
            (id) => !known.includes(id) && !outputs.some((output) => output.includes(id)),
        );
        return [...runs, ...orphans.map((id) => [id])];
    }

    private get openInvocations(): readonly InvocationState[] {
        return this.emulator.state.invocations.filter(({ tags }) =>
            ["open", "handed"].includes(tags["app-snapshot:state"] ?? ""),
        );
    }

    /** Deletes a held snapshot: rejects with the provider's error, as it should, then releases the snapshot. */
    private async deleteHeld(): Promise<void> {
        const [member] = this.emulator.state.snapshots.filter(
            ({ snapshotGroupId }) => snapshotGroupId !== this.olderGroupId,
        );
        if (member === undefined) {
            throw new Error("there is no snapshot to hold");
        }
        this.emulator.controls.holdSnapshot(member.snapshotId, { imageId: "m-holder" });
        try {
            await this.deployment.destroy();
        } finally {
            this.emulator.controls.releaseSnapshot(member.snapshotId);
        }
    }
}

/** A finished snapshot in the state. */
export interface HeldSnapshot {
    readonly instanceId: string;
    readonly snapshotGroupId: string;
    readonly invokeId?: string;
    readonly warnings?: readonly string[];
}

function recordsIn(values: unknown): Readonly<Record<string, Omit<HeldSnapshot, "instanceId">>> {
    return (values ?? {}) as Readonly<Record<string, Omit<HeldSnapshot, "instanceId">>>;
}

/** Names a request by its operation and, if that has several uses, its use. */
export function requestOf(
    { action, params }: Pick<LedgerEntry, "action" | "params">,
    { state }: Pick<Emulator, "state">,
): string {
    const [, use] = uses.find(([parameter]) => parameter in params) ?? [];
    const name =
        action === "DescribeInvocationResults"
            ? state.invocations.find(({ invokeId }) => invokeId === params["InvokeId"])?.name
            : params["Name"];
    const command = name === "app-snapshot-scripts" ? "of the directory" : "of the plugin";
    return [
        action,
        params["ResourceType"] ?? (severalUses.has(action) ? use : undefined),
        commands.has(action) ? command : undefined,
    ]
        .filter((part) => part !== undefined)
        .join(" ");
}

const commands: ReadonlySet<string> = new Set(["RunCommand", "DescribeInvocationResults"]);

const severalUses: ReadonlySet<string> = new Set(["DescribeInvocations", "DescribeSnapshotGroups"]);

const uses = [
    ["Tag.1.Key", "by tags"],
    ["InvokeId", "by id"],
    ["SnapshotGroupId.1", "by id"],
    ["Name", "by name"],
    ["InstanceId", "by instance"],
] as const;
