import type {
    Disk,
    EcsApi,
    Instance,
    Invocation,
    InvocationResult,
    MemberSnapshot,
    RunCommandRequest,
    SnapshotGroup,
    Tag,
} from "../../../provider/src/cloud/ecs/api";
import type { Mutable } from "../../support/mutable";
import { type TestContext, testContext } from "../../unit/support/context";
import { editGroup, groupAnswers, tagMembers, withTags } from "../../unit/support/group-map";
import {
    agentOf,
    diskOf,
    groupOf,
    instanceOf,
    invocationOf,
    invokedInstanceOf,
    memberOf,
    resultOf,
} from "../../unit/support/samples";
import { apiError, scriptedApi } from "../../unit/support/scripted-api";

/** The result of one run of the plugin on an instance. Default: a consistent group and exit code 0, at once. */
export interface Outcome {
    readonly exitCode?: number;
    /** True if the command never ends. */
    readonly neverEnds?: boolean;
    readonly group?: Partial<SnapshotGroup>;
    readonly tags?: readonly Tag[];
    /** The output besides the usual line. */
    readonly output?: string;
}

/** An instance with the role attached. */
export interface FleetInstance {
    readonly instance: Instance;
    readonly disks: readonly Disk[];
    /** The results of its next runs; after them, the default. */
    readonly outcomes: Outcome[];
}

interface Made extends Invocation {
    readonly tags: readonly Tag[];
    readonly results: readonly InvocationResult[];
}

/** Several instances and what belongs to them, as far as their snapshots are concerned. */
export class FleetCloud {
    readonly instances = new Map<string, Mutable<FleetInstance>>();
    readonly groups = new Map<string, SnapshotGroup>();
    readonly invocations: Mutable<Made>[] = [];
    readonly context: TestContext;

    /** @param answers answers that differ from this cloud's own. */
    constructor(answers: Partial<EcsApi> = {}) {
        this.context = testContext(scriptedApi({ ...this.answers(), ...answers }));
    }

    /** Adds an instance with a system disk and a data disk. */
    add(instanceId: string, more: Partial<Instance> = {}, ...outcomes: Outcome[]): void {
        const number = instanceId.replace(/^\D*/, "");
        this.instances.set(instanceId, {
            instance: instanceOf({ instanceId, ...more }),
            disks: [diskOf(`d-system${number}`, { type: "system" }), diskOf(`d-data${number}`)],
            outcomes,
        });
    }

    /** Lets all commands end well, each with a group. */
    endAll(): void {
        for (const made of this.invocations) {
            made.results = made.results.map((result) =>
                result.exitCode === undefined ? this.ended(made, result.instanceId, {}) : result,
            );
        }
    }

    /** Changes a group as another party or the passing of time would. */
    edit(snapshotGroupId: string, change: Partial<SnapshotGroup>): void {
        editGroup(this.groups, snapshotGroupId, change);
    }

    tagOf(invokeId: string, key: string): string | undefined {
        return this.invocations
            .find((made) => made.invokeId === invokeId)
            ?.tags.find((tag) => tag.key === key)?.value;
    }

    private answers(): Partial<EcsApi> {
        return {
            answeredAt: () => Date.parse("2025-01-02T03:05:07Z"),
            describeInstances: (ids) =>
                Promise.resolve(
                    [...this.instances.values()]
                        .map(({ instance }) => instance)
                        .filter(({ instanceId }) => !Array.isArray(ids) || ids.includes(instanceId)),
                ),
            describeDisks: (filter) =>
                Promise.resolve(
                    "instanceId" in filter ? [...(this.instances.get(filter.instanceId)?.disks ?? [])] : [],
                ),
            describeImageIds: () => Promise.resolve([]),
            describeCloudAssistantStatus: (ids) =>
                Promise.resolve(ids.map((instanceId) => agentOf({ instanceId }))),
            describeInstanceRamRole: (ids) =>
                Promise.resolve(new Map(ids.map((id) => [id, "AppSnapshotRoleName"]))),
            runCommand: (request) => Promise.resolve(this.run(request)),
            sendFile: (request) => {
                return Promise.resolve(`f-${request.instanceIds.join("+")}`);
            },
            describeSendFileResults: (filter) => {
                // No list shows them by their tags yet.
                const invokeId = typeof filter === "string" ? filter : "";
                const instanceIds = invokeId.slice(2).split("+");
                return Promise.resolve(
                    (invokeId === "" ? [] : instanceIds).map((instanceId) => ({
                        ...{ invokeId, instanceId, invocationStatus: "Success" },
                        ...{ errorCode: "", errorInfo: "" },
                    })),
                );
            },
            describeInvocations: (filter) =>
                Promise.resolve(
                    this.invocations.filter(({ invokeId, instances, tags, results }) => {
                        if ("invokeId" in filter) {
                            return invokeId === filter.invokeId;
                        }
                        return "runningOn" in filter
                            ? instances.some(({ instanceId }) => instanceId === filter.runningOn) &&
                                  results.some(({ exitCode }) => exitCode === undefined)
                            : filter.tags.every(({ key, value }) =>
                                  tags.some((tag) => tag.key === key && tag.value === value),
                              );
                    }),
                ),
            describeInvocationResults: (invokeId) =>
                Promise.resolve([
                    ...(this.invocations.find((made) => made.invokeId === invokeId)?.results ?? []),
                ]),
            ...groupAnswers(this.groups),
            deleteSnapshotGroup: (id) => {
                const group = this.groups.get(id);
                if (group === undefined) {
                    return Promise.reject(apiError("InvalidSnapshotGroup.NotFound"));
                }
                this.groups.delete(id);
                const snapshotIds = group.snapshots.map(({ snapshotId }) => snapshotId);
                return Promise.resolve([{ success: true, errorCode: "", errorMessage: "", snapshotIds }]);
            },
            describeSnapshotIds: (filter) => {
                const all = [...this.groups.values()].flatMap(({ snapshots }) => snapshots);
                const found = all.filter(({ snapshotId, tags }) =>
                    "tags" in filter
                        ? filter.tags.every(({ key, value }) =>
                              tags.some((tag) => tag.key === key && tag.value === value),
                          )
                        : filter.includes(snapshotId),
                );
                return Promise.resolve(found.map(({ snapshotId }) => snapshotId));
            },
            mayDescribeSnapshots: () => Promise.resolve(true),
            tagResources: (type, ids, tags) => {
                this.tag(type, ids, tags);
                return Promise.resolve();
            },
            untagResources: () => Promise.resolve(),
        };
    }

    private run(request: RunCommandRequest): { readonly commandId: string; readonly invokeId: string } {
        const isPlugin = request.commandContent.includes("acs-plugin-manager");
        // Ids that do not depend on the order in which instances get their turn.
        const base = `${isPlugin ? "" : "other-"}${[...request.instanceIds].sort().join("-")}`;
        const number =
            this.invocations.filter(({ invokeId }) => invokeId.startsWith(`t-${base}-run`)).length + 1;
        const [invokeId, commandId] = [`t-${base}-run${number}`, `c-${base}-run${number}`];
        const made: Mutable<Made> = {
            ...invocationOf({
                invokeId,
                commandId,
                instances: request.instanceIds.map((instanceId) => invokedInstanceOf({ instanceId })),
            }),
            commandContent: request.commandContent,
            creationTime: new Date(this.context.clock.now()).toISOString(),
            timeoutSeconds: request.timeoutSeconds,
            tags: request.tags,
            results: [],
        };
        this.invocations.push(made);
        made.results = request.instanceIds.map((instanceId) =>
            isPlugin
                ? this.ended(made, instanceId, this.instances.get(instanceId)?.outcomes.shift() ?? {})
                : resultOf({ invokeId, commandId, instanceId, output: "" }),
        );
        return { commandId, invokeId };
    }

    private ended(made: Made, instanceId: string, outcome: Outcome): InvocationResult {
        const { invokeId, commandId } = made;
        const { exitCode = 0, neverEnds = false, output = "" } = outcome;
        if (neverEnds) {
            const running = { invocationStatus: "Running", exitCode: undefined, output: "" };
            return resultOf({ invokeId, commandId, instanceId, ...running });
        }
        if (exitCode !== 0) {
            const failed = { invocationStatus: "Failed", exitCode, output: '[message="it failed"]' };
            return resultOf({ invokeId, commandId, instanceId, ...failed });
        }
        const id = this.makeGroup(made, instanceId, outcome);
        const last = `[snapshotgroup="${id}"][message="Finish whole Processes of Snapshot successfully"]`;
        return resultOf({ invokeId, commandId, instanceId, output: `${output}${last}` });
    }

    private makeGroup({ commandContent }: Made, instanceId: string, { group, tags }: Outcome): string {
        const ids = [...this.groups.keys()].filter((id) => id.startsWith(`ssg-${instanceId}-`));
        const number = Math.max(0, ...ids.map((id) => Number(id.split("-").at(-1)))) + 1;
        const snapshotGroupId = `ssg-${instanceId}-${number}`;
        const excluded = /-ExcludeDiskId=([^\s"]+)/.exec(commandContent)?.[1] ?? "";
        const disks = this.instances.get(instanceId)?.disks ?? [];
        const snapshots = disks
            .filter(({ diskId }) => !excluded.split(",").includes(diskId))
            .map(({ diskId, type }): MemberSnapshot =>
                memberOf(diskId, {
                    snapshotId: `${diskId.replace(/^d-/, "s-")}-${number}`,
                    sourceDiskType: type,
                    ...(tags === undefined ? {} : { tags }),
                }),
            );
        const name = /-Name=([^\s",]+)/.exec(commandContent)?.[1] ?? "";
        this.groups.set(snapshotGroupId, groupOf({ snapshotGroupId, name, instanceId, snapshots, ...group }));
        return snapshotGroupId;
    }

    private tag(type: string, ids: readonly string[], tags: readonly Tag[]): void {
        for (const made of this.invocations.filter(({ invokeId }) => ids.includes(invokeId))) {
            made.tags = withTags(made.tags, tags);
        }
        for (const one of this.instances.values()) {
            if (type === "instance" && ids.includes(one.instance.instanceId)) {
                one.instance = { ...one.instance, tags: withTags(one.instance.tags, tags) };
            }
        }
        tagMembers(this.groups, ids, tags);
    }
}
