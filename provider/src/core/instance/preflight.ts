import type { Context } from "../../cloud/context";
import type { CloudAssistantStatus, Disk, Instance } from "../../cloud/ecs/api";
import { apiErrorEntry } from "../../errors/api-errors";
import { AppSnapshotError, combine } from "../../errors/app-snapshot-error";
import { type Circumstances } from "../../errors/circumstances";
import { failure, type Outcome, success } from "../../errors/outcome";
import { ownErrors } from "../../errors/own-errors";
import { circumstancesOf } from "../inputs/circumstances";
import type { OperatingSystem, SnapshotSpecification } from "../inputs/specification";
import { type Lease, leaseOf } from "../role/lease";
import { roleProblems, uncheckedRoleNote } from "../role/role";
import {
    anyFamily,
    hasKnownFormat,
    isAtLeast,
    oldestWithParamsV2,
    oldestWithPlugins,
    oldestWithTimeout,
    parseAgentVersion,
} from "./agent-version";
import { type DiskSelection, selectDisks } from "./disks";
import { type Observation, observe, type Refusals, unknownInstance } from "./observation";
import { supportOf } from "./operating-system";
import { type StartPhase, startPhase } from "./start";

/** The properties of an instance that is ready for a snapshot. */
export interface Readiness {
    readonly osType: OperatingSystem;
    readonly managerHasTimeout: boolean;
    /** The disks that the snapshot group must contain, no more and no less. */
    readonly diskIds: readonly string[];
    /** The RAM role that is attached permanently, if any. */
    readonly attachedRole: string | undefined;
    /** The lease of a temporary role, whether or not the role is still attached. */
    readonly lease: Lease | undefined;
    /** The number of commands that it is running, if reported. */
    readonly activeTasks: number | undefined;
    readonly warnings: readonly string[];
}

/** The result of checking an instance. */
export type PreflightVerdict = Outcome<Readiness> & { readonly awaited?: AwaitedStart | undefined };

/** The start of an instance whose only problems are those that disappear after it. */
export interface AwaitedStart {
    readonly what: string;
    readonly phase: StartPhase;
}

/** The problems that an instance may have during its start and for a while after it, with what is awaited. */
const awaitedAtStart: Readonly<Partial<Record<string, string>>> = {
    InstanceNotRunning: "the instance to start",
    AgentMissing: "the Cloud Assistant agent to come online",
    AgentOffline: "the Cloud Assistant agent to come online",
};

/**
 * Checks instances before anything is done to them. Each is ready, or has an error that lists all its problems and, if
 * these may disappear by themselves, what to wait for.
 */
export async function preflight(
    context: Context,
    specifications: readonly SnapshotSpecification[],
): Promise<ReadonlyMap<string, PreflightVerdict>> {
    const observations = await observe(
        context,
        specifications.map((specification) => specification.instanceId),
    );
    return new Map(
        specifications.map((specification) => {
            const { instanceId } = specification;
            const observation = observations.get(instanceId) ?? unknownInstance;
            return [instanceId, preflightVerdict(specification, observation, context.regionId)];
        }),
    );
}

/** Decides whether an instance is ready. Pure. */
export function preflightVerdict(
    specification: SnapshotSpecification,
    observation: Observation,
    regionId: string,
): PreflightVerdict {
    const { instanceId } = specification;
    const { instance, agent, now, refusals = {} } = observation;
    if (instance === undefined) {
        const detail = `searched in region ${regionId}`;
        return failure(new AppSnapshotError(ownErrors.InstanceNotFound, { instanceId, detail }));
    }

    const osType: OperatingSystem = instance.osType === "windows" ? "windows" : "linux";
    const circumstances = circumstancesOf(specification, osType);
    const problem: Problem = (entry, detail, special) =>
        new AppSnapshotError(ownErrors[entry], {
            instanceId,
            detail,
            circumstances: { ...circumstances, ...special },
        });
    const refusal = (question: keyof Refusals): AppSnapshotError[] | undefined => {
        const found = refusals[question];
        return found === undefined ? undefined : [found.toAppSnapshotError(instanceId)];
    };
    const selection = selectDisks(observation.disks, specification.excludeDiskIds);
    const version = parseAgentVersion(agent?.version ?? "");
    const lease = leaseOf(instance.tags);
    // A temporary role is detached before the snapshot is taken, so it is neither used nor a conflict.
    const attachedRole =
        lease?.ramRoleName === observation.attachedRole ? undefined : observation.attachedRole;
    const problems = [
        ...stateProblems(instance, problem),
        ...systemProblems(specification, osType, instance.osName, problem),
        ...(refusal("agent") ?? agentProblems(specification, agent, problem)),
        ...(refusal("disks") ?? diskProblems(selection, observation.disks, problem)),
        ...networkProblems(instance),
        ...(refusal("attachedRole") ?? roleProblems(specification, osType, attachedRole)),
    ];
    const [first, ...others] = problems;
    if (first !== undefined) {
        const error = combine([first, ...others], uncheckedRoleNote(specification, attachedRole));
        return { ...failure<Readiness>(error), awaited: awaitedOf(problems, instance, now) };
    }
    return success({
        osType,
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
    const [what, ...others] = problems.map(({ code }) => awaitedAtStart[code]);
    return what === undefined || others.includes(undefined)
        ? undefined
        : { what, phase: startPhase(instance, now) };
}

/** Creates the error for a problem; `special` contains the circumstances that differ for it. */
type Problem = (
    entry: keyof typeof ownErrors,
    detail?: string,
    special?: Partial<Circumstances>,
) => AppSnapshotError;

function stateProblems(instance: Instance, problem: Problem): AppSnapshotError[] {
    return [
        ...(instance.status === "Running"
            ? []
            : [problem("InstanceNotRunning", `its status is ${instance.status}`)]),
        ...(instance.lockReasons.length === 0
            ? []
            : [problem("InstanceLocked", `lock reason: ${instance.lockReasons.join(", ")}`)]),
    ];
}

function systemProblems(
    specification: SnapshotSpecification,
    osType: OperatingSystem,
    osName: string,
    problem: Problem,
): AppSnapshotError[] {
    const { optionsFor, linux, windows, requiredConsistency } = specification;
    const problems: AppSnapshotError[] = [];
    if (supportOf(osName) === "not supported") {
        problems.push(problem("OperatingSystemNotSupported", `it runs ${osName}`));
    }
    if (optionsFor.length > 0 && !optionsFor.includes(osType)) {
        problems.push(problem("OptionsForOtherSystem", `it runs ${osName}`));
    } else if (requiredConsistency === "application" && osType === "linux" && linux.scripts === undefined) {
        problems.push(problem("ScriptsMissing"));
    } else if (requiredConsistency === "application" && osType === "windows" && !windows.enableWriters) {
        problems.push(problem("Degraded", "windows.enableWriters is false", { mayKeep: false }));
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
    const oldest = specification.excludeDiskIds.length > 1 ? oldestWithParamsV2 : oldestWithPlugins;
    return [
        ...(agent.online ? [] : [problem("AgentOffline")]),
        ...(version !== undefined && !isAtLeast(version, oldest)
            ? [
                  problem(
                      "AgentTooOld",
                      `its version is ${agent.version}; ${anyFamily(oldest)} or newer is required`,
                  ),
              ]
            : []),
    ];
}

/** Returns the problem of an instance outside a VPC: it can't have a role, which the plugin needs. */
function networkProblems({ instanceId, networkType }: Instance): AppSnapshotError[] {
    return networkType === "classic"
        ? [new AppSnapshotError(apiErrorEntry("InvalidNetworkType.MismatchRamRole"), { instanceId })]
        : [];
}

function diskProblems(
    selection: DiskSelection,
    attached: readonly Disk[],
    problem: Problem,
): AppSnapshotError[] {
    const possible = [...selection.included, ...selection.uncertain];
    const shared = possible.filter((disk) => disk.multiAttach);
    return [
        ...(possible.length > 0
            ? []
            : [
                  problem("NoEssdDisk", describeDisks(selection.leftOut), {
                      excludesDisks: selectDisks(attached, []).included.length > 0,
                  }),
              ]),
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
                  `These disks are not in the snapshot, because they are not of the ESSD family: ${describeDisks(selection.leftOut)}.`,
              ]),
        ...(selection.uncertain.length === 0
            ? []
            : [
                  `The category of these disks is newer than this package, so the plugin decides whether they are in the snapshot: ${describeDisks(selection.uncertain)}. See the output snapshots.`,
              ]),
        ...systemWarnings(osName),
    ];
}

function agentWarnings(text: string): string[] {
    const version = parseAgentVersion(text);
    const inFreeze = "and may end the plugin in the middle of a freeze";
    const upgrade = `Upgrade it to ${anyFamily(oldestWithTimeout)} or newer.`;
    if (version === undefined) {
        return [
            `The version of the Cloud Assistant agent, ${text}, is not recognized. So the agent is not told the plugin's time limit, ${inFreeze}. ${upgrade}`,
        ];
    }
    if (!isAtLeast(version, oldestWithTimeout)) {
        return [
            `The Cloud Assistant agent ${text} can't be told the plugin's time limit, ${inFreeze}. ${upgrade}`,
        ];
    }
    return hasKnownFormat(text)
        ? []
        : [
              `The Cloud Assistant agent ${text} is of a kind that this package does not know; it is treated like the newest known version.`,
          ];
}

function systemWarnings(osName: string): string[] {
    switch (supportOf(osName)) {
        case "unknown":
            return [
                `The name of the operating system, ${osName}, does not tell whether the plugin supports it.`,
            ];
        case "newer":
            return [
                `The operating system, ${osName}, is newer than those that the plugin is documented to support; the plugin decides whether it works.`,
            ];
        default:
            return [];
    }
}

function describeDisks(disks: readonly Disk[]): string {
    return disks.map((disk) => `${disk.diskId} (${disk.category})`).join(", ");
}
