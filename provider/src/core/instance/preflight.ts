import type { Context } from "../../cloud/context";
import type { Instance } from "../../cloud/ecs/api";
import { AppSnapshotError, combine } from "../../errors/app-snapshot-error";
import { failure, type Outcome, success } from "../../errors/outcome";
import { ownErrors } from "../../errors/own-errors";
import type { OperatingSystem, SnapshotSpecification } from "../inputs/specification";
import type { Lease } from "../role/lease";
import { uncheckedRoleNote } from "../role/role";
import { isAtLeast, oldestWithTimeout, parseAgentVersion } from "./agent-version";
import { examine, type Finding } from "./findings";
import { type Observation, observe, unknownInstance } from "./observation";
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
    const { instance, agent, now } = observation;
    if (instance === undefined) {
        const detail = `searched in region ${regionId}`;
        return failure(new AppSnapshotError(ownErrors.InstanceNotFound, { instanceId, detail }));
    }

    const { osType, selection, attachedRole, lease, findings } = examine(
        specification,
        instance,
        observation,
    );
    const problems = Object.values<Finding>({ ...findings }).flatMap((finding) => finding.problems);
    const [first, ...others] = problems;
    if (first !== undefined) {
        const error = combine([first, ...others], uncheckedRoleNote(specification, attachedRole));
        return { ...failure<Readiness>(error), awaited: awaitedOf(problems, instance, now) };
    }
    const version = parseAgentVersion(agent?.version ?? "");
    const { agent: ofAgent, disks: ofDisks, system: ofSystem } = findings;
    return success({
        osType,
        managerHasTimeout: version !== undefined && isAtLeast(version, oldestWithTimeout),
        diskIds: selection.included.map((disk) => disk.diskId),
        attachedRole,
        lease,
        activeTasks: agent?.activeTasks,
        warnings: [ofAgent, ofDisks, ofSystem].flatMap((finding) => finding.warnings),
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
