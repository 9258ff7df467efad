import type { Context } from "../../../provider/src/cloud/context";
import type {
    DeletionProgress,
    Disk,
    EcsApi,
    Instance,
    Invocation,
    InvocationResult,
    MemberSnapshot,
    RunCommandRequest,
    SendFileRequest,
    SendFileResult,
    SnapshotGroup,
    Tag,
} from "../../../provider/src/cloud/ecs/api";
import { type RunState, stateTag } from "../../../provider/src/core/run/run";
import type { Mutable } from "../../support/mutable";
import { type TestContext, testContext } from "./context";
import { editGroup, groupAnswers, tagMembers, withTags } from "./group-map";
import {
    agentOf,
    diskOf,
    instanceId,
    instanceOf,
    invocationOf,
    invokedInstanceOf,
    memberOf,
    resultOf,
} from "./samples";
import { apiError, type ScriptedApi, scriptedApi } from "./scripted-api";

/** The result of one run of the plugin. Default: a consistent group and exit code 0, at once. */
export interface Run {
    readonly exitCode?: number;
    readonly invocationStatus?: string;
    readonly errorCode?: string;
    /** Returns its output, given the id of its group. */
    readonly output?: (snapshotGroupId: string) => string;
    /** Tells whether it makes a group, even if it fails later. Default: if it succeeds. */
    readonly makesGroup?: boolean;
    readonly group?: Partial<SnapshotGroup>;
    readonly tags?: readonly Tag[];
    /** The number of polls that see it running first. */
    readonly looks?: number;
}

export const degraded: Run = { tags: [{ key: "FsConsistent", value: "True" }] };
export const neverEnds: Run = { looks: Infinity };

export function failsWith(exitCode: number, more: Run = {}): Run {
    return { exitCode, ...more };
}

interface MadeInvocation extends Invocation {
    readonly tags: Tag[];
    /** The remaining number of polls that see it running. */
    readonly looksLeft: number;
    /** The time at which it ends at the latest. */
    readonly endsAt: number;
    readonly result: InvocationResult;
}

/** A file that was sent to the instance, and the result. */
interface MadeDelivery {
    readonly request: SendFileRequest;
    readonly result: SendFileResult;
    /** The remaining number of polls that see it on its way. */
    readonly looksLeft: number;
}

/** The result of one delivery of a file. Default: it arrives at once. */
export interface Arrival {
    readonly invocationStatus?: string;
    readonly errorCode?: string;
    readonly errorInfo?: string;
    /** The number of polls that see it on its way first. */
    readonly looks?: number;
}

function finishedOutput(snapshotGroupId: string): string {
    return `[snapshotgroup="${snapshotGroupId}"][message="Finish whole Processes of Snapshot successfully"]`;
}

/** One instance and what belongs to it, as far as a snapshot is concerned. */
export class FakeCloud {
    instance: Instance | undefined = instanceOf();
    role: string | undefined = "AppSnapshotRoleName";
    disks: Disk[] = [diskOf("d-system", { type: "system" }), diskOf("d-data")];
    readonly groups = new Map<string, SnapshotGroup>();
    readonly invocations: Mutable<MadeInvocation>[] = [];
    /** Invocations that prepared the directory of the scripts. */
    readonly preparations: Mutable<MadeInvocation>[] = [];
    readonly deliveries: Mutable<MadeDelivery>[] = [];
    /** The content of the directory of the scripts: the texts by their paths. */
    readonly files = new Map<string, string>();
    /** The result of preparing that directory. Its `makesGroup`, `group` and `tags` mean nothing. */
    preparation: Run = {};
    /** The results of the deliveries in turn; the last one is repeated. */
    arrivals: readonly Arrival[] = [{}];
    /** Snapshots that can't be deleted because something was made from them, with the error code. */
    readonly held = new Map<string, string>();
    /** Snapshots that outlived their group. */
    readonly survivors = new Set<string>();
    /**
     * The cloud's own time, in milliseconds since the epoch: a minute after the end of the commands of the samples. It
     * stands still until it is set.
     */
    cloudTime = Date.parse("2025-01-02T03:05:07Z");
    /** Tells whether the agent has noticed the commands that run. */
    agentIsUpToDate = true;
    readonly api: ScriptedApi;
    readonly context: TestContext;
    private readonly survivorTags = new Map<string, readonly Tag[]>();
    private made = 0;

    /**
     * @param runs the results of the runs of the plugin in turn; the last one is repeated.
     * @param answers answers that differ from this cloud's own.
     */
    constructor(
        private readonly runs: readonly Run[] = [{}],
        answers: Partial<EcsApi> = {},
        more: Partial<Context> = {},
    ) {
        this.api = scriptedApi({ ...this.answers(), ...answers });
        this.context = testContext(this.api, more);
    }

    /** Returns the state in an invocation's tag: open, handed, committed or closed. */
    stateOf(invokeId: string): string | undefined {
        return this.tagOf(invokeId, "app-snapshot:state");
    }

    /** Returns a tag of an invocation. */
    tagOf(invokeId: string, key: string): string | undefined {
        const made = this.madeBy(invokeId);
        return made?.tags.find((tag) => tag.key === key)?.value;
    }

    private bears(invokeId: string, tags: readonly Tag[]): boolean {
        return tags.every(({ key, value }) => this.tagOf(invokeId, key) === value);
    }

    /** Starts another party's snapshot of the instance, which ends at the given time. */
    runElsewhere(endsAt: number, more: Partial<Invocation> = {}): void {
        const invokeId = more.invokeId ?? "t-elsewhere";
        this.invocations.push({
            ...invocationOf({ ...more, invokeId }),
            tags: [...(more.tags ?? [])],
            looksLeft: Infinity,
            endsAt,
            result: resultOf({ invokeId }),
        });
    }

    /** The ids of all snapshots that exist. */
    get snapshotIds(): string[] {
        const members = [...this.groups.values()].flatMap((group) => group.snapshots);
        return [...members.map((snapshot) => snapshot.snapshotId), ...this.survivors];
    }

    /** Lets time pass here and in the cloud. */
    pass(durationMs: number): void {
        this.context.clock.pass(durationMs);
        this.cloudTime += durationMs;
    }

    /** Lets all commands end. */
    endAll(): void {
        for (const invocation of this.invocations) {
            invocation.looksLeft = 0;
        }
    }

    /** Changes a group as another party or the passing of time would. */
    edit(snapshotGroupId: string, change: Partial<SnapshotGroup>): void {
        editGroup(this.groups, snapshotGroupId, change);
    }

    /** Commits a run, as after the engine's record of its snapshot. */
    commit(invokeId: string): void {
        this.setState(invokeId, "committed");
    }

    /** Sets the state of a run. */
    setState(invokeId: string, state: RunState): void {
        this.setTags(invokeId, [stateTag(state)]);
    }

    /** The names of all operations that were called, without polls. */
    operationsWithoutPolling(): (keyof EcsApi)[] {
        const polled: readonly (keyof EcsApi)[] = [
            "describeInvocationResults",
            "describeSendFileResults",
            "describeSnapshotGroups",
        ];
        return this.api.operations().filter((operation) => !polled.includes(operation));
    }

    private answers(): EcsApi {
        return {
            describeInstances: () => Promise.resolve(this.instance === undefined ? [] : [this.instance]),
            describeDisks: () => Promise.resolve(this.disks),
            describeCloudAssistantStatus: () => {
                const running = this.invocations.filter((invocation) => this.isRunning(invocation));
                return Promise.resolve([agentOf({ activeTasks: this.agentIsUpToDate ? running.length : 0 })]);
            },
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
            dryRunCommand: () => Promise.resolve(),
            runCommand: (request) =>
                Promise.resolve(
                    request.commandContent.includes("acs-plugin-manager")
                        ? this.run(request)
                        : this.prepare(request),
                ),
            sendFile: (request) => Promise.resolve(this.send(request)),
            describeSendFileResults: (filter) =>
                Promise.resolve(
                    typeof filter === "string"
                        ? this.lookAtDelivery(filter)
                        : this.deliveries
                              .filter(({ request }) => hasTags(request, filter.tags))
                              .flatMap(({ result }) => this.lookAtDelivery(result.invokeId)),
                ),
            describeInvocations: (filter) =>
                Promise.resolve(
                    [...this.invocations, ...this.preparations]
                        .filter((invocation) => {
                            if ("invokeId" in filter) {
                                return invocation.invokeId === filter.invokeId;
                            }
                            return "runningOn" in filter
                                ? this.isRunning(invocation)
                                : this.bears(invocation.invokeId, filter.tags);
                        })
                        .map((invocation) => this.listed(invocation)),
                ),
            answeredAt: () => this.cloudTime,
            describeInvocationResults: (filter) =>
                Promise.resolve(
                    typeof filter === "string"
                        ? this.look(filter)
                        : this.invocations
                              .filter(({ invokeId }) => this.bears(invokeId, filter.tags))
                              .flatMap(({ invokeId }) => this.look(invokeId)),
                ),
            ...groupAnswers(this.groups),
            deleteSnapshotGroup: (id) => {
                const group = this.groups.get(id);
                return group === undefined
                    ? Promise.reject(apiError("InvalidSnapshotGroup.NotFound"))
                    : Promise.resolve(this.deleteGroup(group));
            },
            describeSnapshotIds: (filter) =>
                Promise.resolve(
                    "tags" in filter
                        ? this.snapshotIds.filter((id) =>
                              filter.tags.every((tag) => this.snapshotBears(id, tag)),
                          )
                        : filter.filter((id) => this.snapshotIds.includes(id)),
                ),
            mayDescribeSnapshots: () => Promise.resolve(true),
            deleteSnapshot: (id) => {
                const code = this.held.get(id);
                if (code !== undefined) {
                    return Promise.reject(apiError(code));
                }
                this.survivors.delete(id);
                return Promise.resolve();
            },
            describeImageIds: () => Promise.resolve([]),
            tagResources: (type, ids, tags) => {
                if (type === "instance") {
                    this.tagInstance(tags);
                }
                if (type === "snapshot") {
                    this.tagSnapshots(ids, tags);
                }
                for (const id of ids) {
                    this.setTags(id, tags);
                }
                return Promise.resolve();
            },
            untagResources: (_type, _ids, keys) => {
                if (this.instance !== undefined) {
                    const tags = this.instance.tags.filter((tag) => !keys.includes(tag.key));
                    this.instance = { ...this.instance, tags };
                }
                return Promise.resolve();
            },
        };
    }

    private snapshotBears(snapshotId: string, { key, value }: Tag): boolean {
        const members = [...this.groups.values()].flatMap((group) => group.snapshots);
        const tags =
            members.find((member) => member.snapshotId === snapshotId)?.tags ??
            this.survivorTags.get(snapshotId) ??
            [];
        return tags.some((tag) => tag.key === key && tag.value === value);
    }

    /** Returns an invocation as a list shows it. */
    private listed(invocation: MadeInvocation): Invocation {
        const { invocationStatus, exitCode, finishedTime: finishTime } = invocation.result;
        const ended = { invocationStatus, exitCode, finishTime };
        const running = { invocationStatus: "Running", exitCode: undefined, finishTime: "" };
        return {
            ...invocation,
            instances: invocation.instances.map((instance) => ({
                ...instance,
                ...(invocation.looksLeft > 0 ? running : ended),
            })),
        };
    }

    private isRunning({ looksLeft, endsAt }: MadeInvocation): boolean {
        return looksLeft > 0 && this.context.clock.now() < endsAt;
    }

    /** Removes a group, and all its members that nothing holds. */
    private deleteGroup({ snapshotGroupId, snapshots }: SnapshotGroup): DeletionProgress[] {
        this.groups.delete(snapshotGroupId);
        return snapshots.map(({ snapshotId, tags }) => {
            const errorCode = this.held.get(snapshotId) ?? "";
            if (errorCode !== "") {
                this.survivors.add(snapshotId);
                this.survivorTags.set(snapshotId, tags);
            }
            return { success: errorCode === "", errorCode, errorMessage: "", snapshotIds: [snapshotId] };
        });
    }

    private tagInstance(tags: readonly Tag[]): void {
        if (this.instance !== undefined) {
            this.instance = { ...this.instance, tags: withTags(this.instance.tags, tags) };
        }
    }

    private tagSnapshots(ids: readonly string[], tags: readonly Tag[]): void {
        tagMembers(this.groups, ids, tags);
    }

    private setTags(invokeId: string, tags: readonly Tag[]): void {
        for (const made of this.invocations.filter((invocation) => invocation.invokeId === invokeId)) {
            made.tags = withTags(made.tags, tags);
        }
    }

    private madeBy(invokeId: string): Mutable<MadeInvocation> | undefined {
        return [...this.invocations, ...this.preparations].find((made) => made.invokeId === invokeId);
    }

    private run(request: RunCommandRequest): { readonly commandId: string; readonly invokeId: string } {
        const planned = this.runs[Math.min(this.invocations.length, this.runs.length - 1)] ?? {};
        const run = this.filesFor(request).every((path) => this.files.has(path)) ? planned : refusal;
        const snapshotGroupId = (run.makesGroup ?? succeeds(run)) ? this.makeGroup(request, run) : "";
        for (const path of filesIn(/^rm -f -- (.*)$/m.exec(request.commandContent)?.[1] ?? "")) {
            this.files.delete(path);
        }
        return this.invoke(this.invocations, request, run, {
            id: String(this.invocations.length + 1),
            output: (run.output ?? (succeeds(run) ? finishedOutput : () => '[message="it failed"]'))(
                snapshotGroupId,
            ),
        });
    }

    /** Returns the delivered scripts that the plugin runs in a command. */
    private filesFor({ commandContent }: RunCommandRequest): string[] {
        return filesIn(/--params\S*/.exec(commandContent)?.[0] ?? "");
    }

    private prepare(request: RunCommandRequest): { readonly commandId: string; readonly invokeId: string } {
        return this.invoke(this.preparations, request, this.preparation, {
            id: `directory-${this.preparations.length + 1}`,
            output: this.preparation.output?.("") ?? "",
        });
    }

    private send(request: SendFileRequest): string {
        const { looks = 0, ...arrival } =
            this.arrivals[Math.min(this.deliveries.length, this.arrivals.length - 1)] ?? {};
        const invokeId = `f-${this.deliveries.length + 1}`;
        const outcome = this.files.has(pathOf(request))
            ? { invocationStatus: "Failed", errorCode: "FileAlreadyExists", errorInfo: "it is there" }
            : { invocationStatus: "Success", errorCode: "", errorInfo: "", ...arrival };
        this.deliveries.push({
            request,
            result: { invokeId, instanceId, ...outcome },
            looksLeft: looks,
        });
        return invokeId;
    }

    private lookAtDelivery(invokeId: string): SendFileResult[] {
        const made = this.deliveries.find(({ result }) => result.invokeId === invokeId);
        if (made === undefined) {
            return [];
        }
        made.looksLeft -= 1;
        if (made.looksLeft >= 0) {
            return [{ ...made.result, invocationStatus: "Running", errorCode: "", errorInfo: "" }];
        }
        const arrivesNow = made.looksLeft === -1;
        if (arrivesNow && made.result.invocationStatus === "Success") {
            this.files.set(pathOf(made.request), made.request.content);
        }
        return [made.result];
    }

    private invoke(
        list: Mutable<MadeInvocation>[],
        request: RunCommandRequest,
        run: Run,
        { id, output }: { readonly id: string; readonly output: string },
    ): { readonly commandId: string; readonly invokeId: string } {
        const [invokeId, commandId] = [`t-${id}`, `c-${id}`];
        list.push({
            ...invocationOf({
                invokeId,
                commandId,
                instances: request.instanceIds.map((id) => invokedInstanceOf({ instanceId: id })),
            }),
            commandContent: request.commandContent,
            creationTime: new Date(this.context.clock.now()).toISOString(),
            timeoutSeconds: request.timeoutSeconds,
            tags: [...request.tags],
            looksLeft: run.looks ?? 0,
            endsAt: Infinity,
            result: resultOf({
                invokeId,
                commandId,
                invocationStatus: run.invocationStatus ?? (succeeds(run) ? "Success" : "Failed"),
                errorCode: run.errorCode ?? "",
                exitCode: run.exitCode ?? 0,
                output,
            }),
        });
        return { commandId, invokeId };
    }

    private makeGroup({ commandContent }: RunCommandRequest, run: Run): string {
        this.made += 1;
        const snapshotGroupId = `ssg-${this.made}`;
        const excluded = /-ExcludeDiskId=([^\s"]+)/.exec(commandContent)?.[1] ?? "";
        this.groups.set(snapshotGroupId, {
            snapshotGroupId,
            name: /-Name=([^\s",]+)/.exec(commandContent)?.[1] ?? "",
            description: "",
            instanceId,
            status: "accomplished",
            creationTime: "2025-01-02T03:04:06Z",
            tags: [],
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
        const made = this.madeBy(invokeId);
        if (made === undefined) {
            return [];
        }
        made.looksLeft -= 1;
        return made.looksLeft < 0
            ? [made.result]
            : [{ ...made.result, invocationStatus: "Running", exitCode: undefined, output: "" }];
    }
}

function hasTags(request: Pick<SendFileRequest, "tags">, tags: readonly Tag[]): boolean {
    return tags.every(({ key, value }) => request.tags.some((tag) => tag.key === key && tag.value === value));
}

function succeeds({ exitCode = 0, invocationStatus = "Success" }: Run): boolean {
    return exitCode === 0 && invocationStatus === "Success";
}

/** The result of a command whose delivered scripts are missing. */
const refusal: Run = { exitCode: 64, output: () => "the scripts failed verification:\n" };

function pathOf({ targetDirectory, name }: SendFileRequest): string {
    return `${targetDirectory}/${name}`;
}

/** Returns the paths in the directory of delivered scripts that occur in a text. */
function filesIn(text: string): string[] {
    return text.match(/\/var\/lib\/app-snapshot\/[\w.-]+/g) ?? [];
}
