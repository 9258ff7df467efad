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
} from "../../../provider/src/ecs/api";
import { testContext, type TestContext } from "./context";
import type { Context } from "../../../provider/src/runtime/context";
import { agentOf, diskOf, instanceId, instanceOf, invocationOf, memberOf, resultOf } from "./samples";
import { scriptedApi, type ScriptedApi } from "./scripted-api";

/** What one run of the plugin comes to. Default: a consistent group and exit code 0, at once. */
export interface Run {
    readonly exitCode?: number;
    readonly invocationStatus?: string;
    readonly errorCode?: string;
    /** What it prints, given the id of its group. */
    readonly output?: (snapshotGroupId: string) => string;
    /** Whether it makes a group, even if it fails later. Default: when it succeeds. */
    readonly makesGroup?: boolean;
    readonly group?: Partial<SnapshotGroup>;
    readonly tags?: readonly Tag[];
    /** How often it is seen running first. */
    readonly looks?: number;
}

export const degraded: Run = { tags: [{ key: "FsConsistent", value: "True" }] };
export const neverEnds: Run = { looks: Infinity };
export const failsWith = (exitCode: number, more: Run = {}): Run => ({ exitCode, ...more });

interface MadeInvocation extends Invocation {
    tags: Tag[];
    readonly run: Run;
    looksLeft: number;
    readonly result: InvocationResult;
}

const finishedOutput = (snapshotGroupId: string): string =>
    `[snapshotgroup="${snapshotGroupId}"][message="Finish whole Processes of Snapshot successfully"]`;

/** One instance and what belongs to it, as far as a snapshot is concerned. */
export class FakeCloud {
    instance: Instance | undefined = instanceOf();
    role: string | undefined = "AppSnapshotRoleName";
    disks: Disk[] = [diskOf("d-system", { type: "system" }), diskOf("d-data")];
    readonly groups = new Map<string, SnapshotGroup>();
    readonly invocations: MadeInvocation[] = [];
    readonly api: ScriptedApi;
    readonly context: TestContext;
    private made = 0;

    /**
     * @param runs what the runs of the plugin come to, one after the other; the last one again and again.
     * @param answers answers that differ from what this cloud would say.
     */
    constructor(
        private readonly runs: readonly Run[] = [{}],
        answers: Partial<EcsApi> = {},
        more: Partial<Context> = {},
    ) {
        this.api = scriptedApi({ ...this.answers(), ...answers });
        this.context = testContext(this.api, more);
    }

    /** The state that an invocation was tagged with; undefined while it is open. */
    stateOf(invokeId: string): string | undefined {
        const made = this.invocations.find((invocation) => invocation.invokeId === invokeId);
        return made?.tags.find((tag) => tag.key.endsWith(":state"))?.value;
    }

    /** The names of all operations that were called, without those that only look again. */
    operationsWithoutPolling(): (keyof EcsApi)[] {
        const polled: readonly (keyof EcsApi)[] = ["describeInvocationResults", "describeSnapshotGroups"];
        return this.api.operations().filter((operation) => !polled.includes(operation));
    }

    private answers(): EcsApi {
        return {
            describeInstances: () => Promise.resolve(this.instance === undefined ? [] : [this.instance]),
            describeDisks: () => Promise.resolve(this.disks),
            describeCloudAssistantStatus: () => Promise.resolve([agentOf()]),
            describeInstanceRamRole: () =>
                Promise.resolve(new Map(this.role === undefined ? [] : [[instanceId, this.role]])),
            attachInstanceRamRole: (_ids, role) => {
                this.role = role;
                return Promise.resolve([{ instanceId, success: true, code: "200", message: "" }]);
            },
            detachInstanceRamRole: () => {
                this.role = undefined;
                return Promise.resolve([{ instanceId, success: true, code: "200", message: "" }]);
            },
            runCommand: (request) => Promise.resolve(this.run(request)),
            describeInvocations: (filter) =>
                Promise.resolve(
                    this.invocations.filter((invocation) =>
                        "invokeId" in filter
                            ? invocation.invokeId === filter.invokeId
                            : invocation.tags.some(
                                  (tag) => tag.key === filter.tag.key && tag.value === filter.tag.value,
                              ),
                    ),
                ),
            describeInvocationResults: (invokeId) => Promise.resolve(this.look(invokeId)),
            describeSnapshotGroups: (filter) =>
                Promise.resolve(
                    [...this.groups.values()].filter((group) => {
                        if ("name" in filter) {
                            return group.name === filter.name;
                        }
                        return "instanceId" in filter
                            ? group.instanceId === filter.instanceId
                            : filter.snapshotGroupIds.includes(group.snapshotGroupId);
                    }),
                ),
            modifySnapshotGroup: (id, change) => {
                const group = this.groups.get(id);
                if (group !== undefined) {
                    this.groups.set(id, { ...group, ...change });
                }
                return Promise.resolve();
            },
            deleteSnapshotGroup: (id) => {
                this.groups.delete(id);
                return Promise.resolve([]);
            },
            tagResources: (_type, ids, tags) => {
                for (const invocation of this.invocations.filter(({ invokeId }) => ids.includes(invokeId))) {
                    invocation.tags = [...invocation.tags, ...tags];
                }
                return Promise.resolve();
            },
        };
    }

    private run(request: RunCommandRequest): { commandId: string; invokeId: string } {
        const run = this.runs[Math.min(this.invocations.length, this.runs.length - 1)] ?? {};
        const number = this.invocations.length + 1;
        const [invokeId, commandId] = [`t-${number}`, `c-${number}`];
        const succeeds = (run.exitCode ?? 0) === 0 && (run.invocationStatus ?? "Success") === "Success";
        const snapshotGroupId = (run.makesGroup ?? succeeds) ? this.makeGroup(request, run) : "";
        this.invocations.push({
            ...invocationOf({ invokeId, commandId, instanceIds: request.instanceIds }),
            creationTime: new Date(this.context.clock.now()).toISOString(),
            timeoutSeconds: request.timeoutSeconds,
            tags: [...request.tags],
            run,
            looksLeft: run.looks ?? 0,
            result: resultOf({
                invokeId,
                commandId,
                invocationStatus: run.invocationStatus ?? (succeeds ? "Success" : "Failed"),
                errorCode: run.errorCode ?? "",
                exitCode: run.exitCode ?? 0,
                output: (run.output ?? (succeeds ? finishedOutput : () => '[message="it failed"]'))(
                    snapshotGroupId,
                ),
            }),
        });
        return { commandId, invokeId };
    }

    private makeGroup({ commandContent }: RunCommandRequest, run: Run): string {
        this.made += 1;
        const snapshotGroupId = `ssg-${this.made}`;
        const excluded = /-ExcludeDiskId=([^ "]+)/.exec(commandContent)?.[1] ?? "";
        this.groups.set(snapshotGroupId, {
            snapshotGroupId,
            name: /-Name=([^ ",]+)/.exec(commandContent)?.[1] ?? "",
            description: "",
            instanceId,
            status: "accomplished",
            creationTime: "2025-01-02T03:04:06Z",
            snapshots: this.disks
                .filter((disk) => !excluded.split(",").includes(disk.diskId))
                .map((disk) => this.makeMember(disk, run)),
            ...run.group,
        });
        return snapshotGroupId;
    }

    private makeMember(disk: Disk, run: Run): MemberSnapshot {
        return memberOf(disk.diskId, {
            sourceDiskType: disk.type,
            ...(run.tags === undefined ? {} : { tags: run.tags }),
        });
    }

    private look(invokeId: string): InvocationResult[] {
        const made = this.invocations.find((invocation) => invocation.invokeId === invokeId);
        if (made === undefined) {
            return [];
        }
        made.looksLeft -= 1;
        return made.looksLeft < 0
            ? [made.result]
            : [{ ...made.result, invocationStatus: "Running", exitCode: undefined, output: "" }];
    }
}
