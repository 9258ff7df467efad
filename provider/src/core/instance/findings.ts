import type { CloudAssistantStatus, Disk, Instance } from "../../cloud/ecs/api";
import type { ApiCallError } from "../../cloud/ecs/api-error";
import { apiErrorEntry } from "../../errors/api-errors";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { Circumstances } from "../../errors/circumstances";
import { ownErrors } from "../../errors/own-errors";
import { circumstancesOf } from "../inputs/circumstances";
import type { OperatingSystem, SnapshotSpecification } from "../inputs/specification";
import { type Lease, leaseOf } from "../role/lease";
import { roleProblems } from "../role/role";
import {
    anyFamily,
    hasKnownFormat,
    isAtLeast,
    oldestWithParamsV2,
    oldestWithPlugins,
    oldestWithTimeout,
    parseAgentVersion,
} from "./agent-version";
import { describeDisks, type DiskSelection, selectDisks } from "./disks";
import type { Observation } from "./observation";
import { supportOf } from "./operating-system";

/** The finding of one check of an instance. */
export interface Finding {
    readonly problems: readonly AppSnapshotError[];
    readonly warnings: readonly string[];
    /** The refusal of the call without which it could not be checked. It is one of the problems as well. */
    readonly refusal?: ApiCallError;
}

/** The findings of all checks of an instance, in the order in which problems are reported. */
export interface Findings {
    readonly state: Finding;
    readonly system: Finding;
    readonly agent: Finding;
    readonly disks: Finding;
    readonly network: Finding;
    readonly role: Finding;
}

/** The properties of an instance on which the checks depend. */
export interface Examination {
    readonly instance: Instance;
    readonly osType: OperatingSystem;
    readonly selection: DiskSelection;
    /** The RAM role that is attached permanently, if any. */
    readonly attachedRole: string | undefined;
    /** The lease of a temporary role, whether or not the role is still attached. */
    readonly lease: Lease | undefined;
    readonly findings: Findings;
}

/** Checks an instance that exists. Pure. */
export function examine(
    specification: SnapshotSpecification,
    instance: Instance,
    observation: Observation,
): Examination {
    const { instanceId } = specification;
    const { agent, disks, refusals = {} } = observation;
    const osType: OperatingSystem = instance.osType === "windows" ? "windows" : "linux";
    const circumstances = circumstancesOf(specification, osType);
    const problem: Problem = (entry, detail, special) =>
        new AppSnapshotError(ownErrors[entry], {
            instanceId,
            detail,
            circumstances: { ...circumstances, ...special },
        });
    const unlessRefused = (refusal: ApiCallError | undefined, finding: Finding): Finding =>
        refusal === undefined
            ? finding
            : { problems: [refusal.toAppSnapshotError(instanceId)], warnings: [], refusal };
    const selection = selectDisks(disks, specification.excludeDiskIds);
    const lease = leaseOf(instance.tags);
    // A temporary role is detached before the snapshot is taken, so it is neither used nor a conflict.
    const attachedRole =
        lease?.ramRoleName === observation.attachedRole ? undefined : observation.attachedRole;
    return {
        instance,
        osType,
        selection,
        attachedRole,
        lease,
        findings: {
            state: { problems: stateProblems(instance, problem), warnings: [] },
            system: {
                problems: systemProblems(specification, osType, instance.osName, problem),
                warnings: systemWarnings(instance.osName),
            },
            agent: unlessRefused(refusals.agent, {
                problems: agentProblems(specification, agent, problem),
                warnings: isInstalled(agent) ? agentWarnings(agent.version) : [],
            }),
            disks: unlessRefused(refusals.disks, {
                problems: diskProblems(selection, disks, problem),
                warnings: diskWarnings(selection),
            }),
            network: { problems: networkProblems(instance), warnings: [] },
            role: unlessRefused(refusals.attachedRole, {
                problems: roleProblems(specification, osType, attachedRole),
                warnings: [],
            }),
        },
    };
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

function isInstalled(agent: CloudAssistantStatus | undefined): agent is CloudAssistantStatus {
    return agent !== undefined && (agent.version !== "" || agent.online);
}

function agentProblems(
    specification: SnapshotSpecification,
    agent: CloudAssistantStatus | undefined,
    problem: Problem,
): AppSnapshotError[] {
    if (!isInstalled(agent)) {
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

function diskWarnings(selection: DiskSelection): string[] {
    return [
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
