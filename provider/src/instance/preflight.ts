import type { CloudAssistantStatus, Disk, Instance } from "../ecs/api";
import { AppSnapshotError, combine } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import type { OperatingSystem, SnapshotSpecification } from "../inputs/specification";
import type { Context } from "../runtime/context";
import { failure, success, type Outcome } from "../runtime/outcome";
import { roleProblem } from "../role/role";
import {
    anyFamily,
    isAtLeast,
    isUsual,
    oldestWithParamsV2,
    oldestWithPlugins,
    oldestWithTimeout,
    parseAgentVersion,
} from "./agent-version";
import { leaseOf, type Lease } from "./lease";
import { selectDisks, type DiskSelection } from "./disks";
import { supportOf } from "./operating-system";
import { startPhase, type StartPhase } from "./start";

/** What is known of an instance that may be snapshotted. */
export interface Readiness {
    readonly system: OperatingSystem;
    readonly managerHasTimeout: boolean;
    /** The disks that the snapshot group has to hold, no more and no less. */
    readonly diskIds: readonly string[];
    /** The RAM role that is attached to stay; undefined for none, or a temporary one. */
    readonly attachedRole: string | undefined;
    /** What is known of a temporary role on it, whether or not that is attached still. */
    readonly lease: Lease | undefined;
    /** How many commands it is running, if it tells. */
    readonly activeTasks: number | undefined;
    readonly warnings: readonly string[];
}

/** What the cloud says about one instance. */
export interface Observation {
    readonly instance: Instance | undefined;
    readonly agent: CloudAssistantStatus | undefined;
    readonly disks: readonly Disk[];
    readonly attachedRole: string | undefined;
    /** What time it was in the cloud, in epoch milliseconds; undefined where that is not known. */
    readonly now: number | undefined;
}

/** What a look at an instance came to. */
export type Judgement = Outcome<Readiness> & { readonly awaited?: AwaitedStart | undefined };

/** What an instance lacks that may come by itself, where it lacks nothing else. */
export interface AwaitedStart {
    readonly what: string;
    readonly phase: StartPhase;
}

/** What an instance may lack while it starts and for a while after that, and what is awaited then. */
const comesWithTheStart: Readonly<Partial<Record<string, string>>> = {
    InstanceNotRunning: "the instance to start",
    AgentMissing: "the Cloud Assistant agent to come online",
    AgentOffline: "the Cloud Assistant agent to come online",
};

/**
 * Looks at instances before anything is done to them. Each comes out ready, or with an error that lists all that
 * is in the way, and where that may pass by itself, what is to be awaited.
 */
export async function preflight(
    context: Context,
    specifications: readonly SnapshotSpecification[],
): Promise<ReadonlyMap<string, Judgement>> {
    const instanceIds = specifications.map((specification) => specification.instanceId);
    context.log.status("looking at the instance");
    const instances = byId(await context.api.describeInstances(instanceIds));
    // Cloud Assistant refuses the whole list when one instance of it does not exist.
    const existing = instanceIds.filter((id) => instances.has(id));
    const [agents, roles, disks] =
        existing.length === 0
            ? [new Map<string, CloudAssistantStatus>(), new Map<string, string>(), new Map<string, Disk[]>()]
            : await Promise.all([
                  context.api.describeCloudAssistantStatus(existing).then(byId),
                  context.api.describeInstanceRamRole(existing),
                  disksOf(context, existing),
              ]);
    return new Map(
        specifications.map((specification) => {
            const id = specification.instanceId;
            const observation: Observation = {
                instance: instances.get(id),
                agent: agents.get(id),
                disks: disks.get(id) ?? [],
                attachedRole: roles.get(id),
                now: context.api.answeredAt(),
            };
            return [id, judge(specification, observation, context.regionId)];
        }),
    );
}

/** Whether one instance is ready; a pure decision. */
export function judge(
    specification: SnapshotSpecification,
    observation: Observation,
    regionId: string,
): Judgement {
    const { instanceId } = specification;
    const { instance, agent, now } = observation;
    const problem = (entry: keyof typeof ownErrors, detail?: string): AppSnapshotError =>
        new AppSnapshotError(ownErrors[entry], { instanceId, detail });
    if (instance === undefined) {
        return failure(problem("InstanceNotFound", `looked for in region ${regionId}`));
    }

    const system: OperatingSystem = instance.osType === "windows" ? "windows" : "linux";
    const selection = selectDisks(observation.disks, specification.excludeDiskIds);
    const version = parseAgentVersion(agent?.version ?? "");
    const lease = leaseOf(instance.tags);
    // A temporary role is gone before the snapshot is taken, so it is neither of use nor in the way.
    const attachedRole =
        lease?.ramRoleName === observation.attachedRole ? undefined : observation.attachedRole;
    const problems = [
        ...stateProblems(instance, problem),
        ...systemProblems(specification, system, instance.osName, problem),
        ...agentProblems(specification, agent, problem),
        ...diskProblems(selection, problem),
        roleProblem(specification, attachedRole),
    ].filter((found) => found !== undefined);
    const [first, ...others] = problems;
    if (first !== undefined) {
        return {
            ...failure<Readiness>(combine([first, ...others])),
            awaited: awaitedOf(problems, instance, now),
        };
    }
    return success({
        system,
        managerHasTimeout: version !== undefined && isAtLeast(version, oldestWithTimeout),
        diskIds: selection.included.map((disk) => disk.diskId),
        attachedRole,
        lease,
        activeTasks: agent?.activeTasks,
        warnings: warnings(selection, instance.osName, agent?.version ?? ""),
    });
}

function awaitedOf(
    problems: readonly AppSnapshotError[],
    instance: Instance,
    now: number | undefined,
): AwaitedStart | undefined {
    const [what, ...others] = problems.map(({ code }) => comesWithTheStart[code]);
    return what === undefined || others.includes(undefined)
        ? undefined
        : { what, phase: startPhase(instance, now) };
}

type Problem = (entry: keyof typeof ownErrors, detail?: string) => AppSnapshotError;

function stateProblems(instance: Instance, problem: Problem): AppSnapshotError[] {
    return [
        ...(instance.status === "Running"
            ? []
            : [problem("InstanceNotRunning", `its status is ${instance.status}`)]),
        ...(instance.lockReasons.length === 0
            ? []
            : [problem("InstanceLocked", `for ${instance.lockReasons.join(", ")}`)]),
    ];
}

function systemProblems(
    specification: SnapshotSpecification,
    system: OperatingSystem,
    osName: string,
    problem: Problem,
): AppSnapshotError[] {
    const { optionsFor, linux, windows, requiredConsistency } = specification;
    const problems: AppSnapshotError[] = [];
    if (supportOf(osName) === "not supported") {
        problems.push(problem("OperatingSystemNotSupported", `it runs ${osName}`));
    }
    if (optionsFor.length > 0 && !optionsFor.includes(system)) {
        problems.push(problem("OptionsForOtherSystem", `it runs ${osName}`));
    } else if (requiredConsistency === "application" && system === "linux" && linux.scripts === undefined) {
        problems.push(problem("ScriptsMissing"));
    } else if (requiredConsistency === "application" && system === "windows" && !windows.enableWriters) {
        problems.push(problem("Degraded", "windows.enableWriters is false"));
    }
    return problems;
}

function agentProblems(
    specification: SnapshotSpecification,
    agent: CloudAssistantStatus | undefined,
    problem: Problem,
): AppSnapshotError[] {
    if (agent === undefined || (agent.version === "" && !agent.online)) {
        return [problem("AgentMissing")];
    }
    const version = parseAgentVersion(agent.version);
    const needed = specification.excludeDiskIds.length > 1 ? oldestWithParamsV2 : oldestWithPlugins;
    return [
        ...(agent.online ? [] : [problem("AgentOffline")]),
        ...(version !== undefined && !isAtLeast(version, needed)
            ? [problem("AgentTooOld", `it is ${agent.version}; ${anyFamily(needed)} or newer is needed`)]
            : []),
    ];
}

function diskProblems(selection: DiskSelection, problem: Problem): AppSnapshotError[] {
    const possible = [...selection.included, ...selection.uncertain];
    const shared = possible.filter((disk) => disk.multiAttach);
    return [
        ...(possible.length > 0 ? [] : [problem("NoEssdDisk", describeDisks(selection.leftOut))]),
        ...(selection.notAttached.length === 0
            ? []
            : [problem("ExcludedDiskNotAttached", selection.notAttached.join(", "))]),
        ...(shared.length === 0 ? [] : [problem("MultiAttachDisk", describeDisks(shared))]),
    ];
}

function warnings(selection: DiskSelection, osName: string, agentVersion: string): string[] {
    return [
        ...agentWarnings(agentVersion),
        ...(selection.leftOut.length === 0
            ? []
            : [
                  `Not in the snapshot, because only disks of the ESSD family can be: ${describeDisks(selection.leftOut)}.`,
              ]),
        ...(selection.uncertain.length === 0
            ? []
            : [
                  `Of a category that is newer than this package, so that the plugin decides whether they are in the snapshot: ${describeDisks(selection.uncertain)}. See the output snapshots.`,
              ]),
        ...systemWarnings(osName),
    ];
}

function agentWarnings(text: string): string[] {
    const version = parseAgentVersion(text);
    const inFreeze = "and may end it in the middle of a freeze";
    const upgrade = `Upgrade it to ${anyFamily(oldestWithTimeout)} or newer.`;
    if (version === undefined) {
        return [
            `The version of the Cloud Assistant agent, ${text}, tells nothing. So the agent is not told how long the plugin may take, ${inFreeze}. ${upgrade}`,
        ];
    }
    if (!isAtLeast(version, oldestWithTimeout)) {
        return [
            `The Cloud Assistant agent ${text} can't be told how long the plugin may take, ${inFreeze}. ${upgrade}`,
        ];
    }
    return isUsual(text)
        ? []
        : [
              `The Cloud Assistant agent ${text} is not of a kind that this package knows; it is used as the newest known one would be.`,
          ];
}

function systemWarnings(osName: string): string[] {
    switch (supportOf(osName)) {
        case "unknown":
            return [
                `Whether the plugin supports the operating system can't be told from its name, ${osName}.`,
            ];
        case "newer":
            return [
                `The operating system, ${osName}, is newer than those that the plugin is documented to support; whether it does, the plugin itself decides.`,
            ];
        default:
            return [];
    }
}

function describeDisks(disks: readonly Disk[]): string {
    return disks.map((disk) => `${disk.diskId} (${disk.category})`).join(", ");
}

function byId<T extends { readonly instanceId: string }>(items: readonly T[]): Map<string, T> {
    return new Map(items.map((item) => [item.instanceId, item]));
}

async function disksOf(context: Context, instanceIds: readonly string[]): Promise<Map<string, Disk[]>> {
    const disks = new Map<string, Disk[]>();
    // The API takes one instance at a time.
    for (const instanceId of instanceIds) {
        disks.set(instanceId, await context.api.describeDisks({ instanceId }));
    }
    return disks;
}
