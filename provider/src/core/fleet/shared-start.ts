import type { Context } from "../../cloud/context";
import { ApiCallError } from "../../cloud/ecs/api-error";
import { canonicalJson, omit } from "../../runtime/json";
import { type NewRun, type ReadyInstances, startNewRun } from "../lifecycle/new-run";
import type { StartRun } from "../lifecycle/repeated-runs";

/** The most instances of one RunCommand request. */
export const instancesPerRun = 100;

/** The time for which a start waits for instances that are not ready yet, and for those that start again. */
const lingerMs = { unready: 3_000, ready: 500 } as const;

/** An instance that waits for the start of a run. */
interface Waiting {
    readonly instances: ReadyInstances;
    readonly resolve: (run: NewRun) => void;
    readonly reject: (thrown: unknown) => void;
}

/** The place of an instance among those that start together. */
export interface StartPlace {
    /** Starts a run on the instance, together with others that are ready for the same command. */
    readonly start: StartRun;
    /** Gives the place up; does nothing after a start. */
    readonly leave: () => void;
}

/**
 * Starts the plugin with one command on all instances that are ready for the same one at about the same time.
 *
 * A request that the API refuses may be refused because of one instance. It is divided, and never repeated as it was,
 * until each instance runs or has an error of its own.
 */
export class SharedStart {
    /** The waiting instances, by their command. */
    private readonly waiting = new Map<string, Waiting[]>();
    private unready = 0;

    /** The most instances of one run. */
    private readonly largest: number;

    /** @param context for the requests, which are not those of one instance. */
    constructor(private readonly context: Context) {
        this.largest = context.instancesPerRun ?? instancesPerRun;
    }

    /** Takes a place for an instance that is being prepared: starts wait for it for a moment. */
    place(): StartPlace {
        this.unready += 1;
        let isOpen = true;
        const leave = (): void => {
            if (isOpen) {
                isOpen = false;
                this.unready -= 1;
                if (this.unready === 0) {
                    this.startAll();
                }
            }
        };
        return {
            start: (_context, instances) => {
                const started = this.start(instances);
                leave();
                return started;
            },
            leave,
        };
    }

    private start(instances: ReadyInstances): Promise<NewRun> {
        const command = commandOf(instances);
        return new Promise((resolve, reject) => {
            const others = this.waiting.get(command) ?? [];
            others.push({ instances, resolve, reject });
            this.waiting.set(command, others);
            if (others.length >= this.largest) {
                this.startGroup(command);
            } else if (others.length === 1) {
                void this.startLater(command, others);
            }
        });
    }

    private async startLater(command: string, others: readonly Waiting[]): Promise<void> {
        const { clock, signal } = this.context;
        try {
            await clock.sleep(this.unready > 0 ? lingerMs.unready : lingerMs.ready, signal);
        } catch {
            // The requests fail for the same reason.
        }
        if (this.waiting.get(command) === others) {
            this.startGroup(command);
        }
    }

    private startAll(): void {
        for (const command of [...this.waiting.keys()]) {
            this.startGroup(command);
        }
    }

    private startGroup(command: string): void {
        const group = this.waiting.get(command) ?? [];
        this.waiting.delete(command);
        void startTogether(this.context, group);
    }
}

/** Returns a text that is the same for instances that can be part of the same run. */
function commandOf({ request, ready, detachRole = "" }: ReadyInstances): string {
    const { linux } = request.specification;
    // The fingerprint covers the scripts, whose texts are long.
    const same = {
        ...omit(request.specification, "instanceId", "snapshotGroupName", "description"),
        linux: omit(linux, "scripts"),
    };
    const systems = [...ready.values()].map(({ osType, managerHasTimeout }) => [osType, managerHasTimeout]);
    return canonicalJson([request.fingerprint, same, systems, detachRole]);
}

async function startTogether(context: Context, group: readonly Waiting[]): Promise<void> {
    const [first] = group;
    if (first === undefined) {
        return;
    }
    const ready = new Map(group.flatMap(({ instances }) => [...instances.ready]));
    try {
        const { run, errors } = await startNewRun(context, { ...first.instances, ready });
        for (const { instances, resolve } of group) {
            resolve(shareOf({ run, errors }, [...instances.ready.keys()]));
        }
    } catch (thrown) {
        if (group.length > 1 && mayBeOfOne(thrown)) {
            const half = Math.ceil(group.length / 2);
            await Promise.all([
                startTogether(context, group.slice(0, half)),
                startTogether(context, group.slice(half)),
            ]);
            return;
        }
        for (const { reject } of group) {
            reject(thrown);
        }
    }
}

/** Returns the part of a run for the instances of one caller. */
function shareOf({ run, errors }: NewRun, instanceIds: readonly string[]): NewRun {
    const started = instanceIds.filter((instanceId) => !errors.has(instanceId));
    return {
        run: run === undefined || started.length === 0 ? undefined : { ...run, instanceIds: started },
        errors: new Map([...errors].filter(([instanceId]) => instanceIds.includes(instanceId))),
    };
}

/** Refusals that have nothing to do with the instances that a request names. */
const generalCodes: ReadonlySet<string> = new Set([
    "Invocation.ExceedQuota",
    "CmdCount.ExceedQuota",
    "CmdContent.ExceedLimit",
    "RegionId.ApiNotSupported",
    "InvalidRegionId.NotFound",
]);

/** Tells whether a request may have been refused because of one of its instances. */
function mayBeOfOne(thrown: unknown): boolean {
    return (
        thrown instanceof ApiCallError &&
        thrown.code !== undefined &&
        thrown.retryClass === "never" &&
        !thrown.mayBeDone &&
        !generalCodes.has(thrown.code)
    );
}
