import type { dynamic } from "@pulumi/pulumi";

import { checkInputs } from "../../core/inputs/check";
import type { SnapshotInputs } from "../../core/inputs/inputs";
import { plain } from "../../core/inputs/plain";
import { difference } from "../../core/lifecycle/diff";
import type { FinishedOutputs, SnapshotOutputs } from "../../core/lifecycle/outputs";
import { regionNote } from "../../core/lifecycle/region-note";
import { warnAll } from "../../runtime/logger";
import { withEngineErrors } from "./engine-error";
import { cloudWork } from "./late-cloud-work";
import { withSecretMessages, withSecretScripts } from "./secrets";
import type { Scope, Session } from "./session";

/** A JSON object, as the runtime passes and accepts it. */
type Values = Record<string, unknown>;

/** The methods that the shim delegates to, one for each of the engine's calls. */
export interface DynamicResourceProvider {
    configure(request: Pick<dynamic.ConfigureRequest, "config">): void;
    check(olds: Values, news: Values): Promise<dynamic.CheckResult>;
    diff(id: string, olds: Values, news: Values): Promise<dynamic.DiffResult>;
    create(inputs: Values): Promise<dynamic.CreateResult>;
    read(id: string, props: Values): Promise<Partial<dynamic.ReadResult>>;
    update(id: string, olds: Values, news: Values): Promise<dynamic.UpdateResult>;
    delete(id: string, props: Values): Promise<void>;
}

/** Connects the engine's calls for `AppConsistentSnapshot` to the core. */
export function appConsistentSnapshotProvider(session: Session): DynamicResourceProvider {
    /** The resources of the program. A refresh runs no program, and uses the stack's settings of the last update. */
    const declaredUrns = new Set<unknown>();
    return {
        configure: ({ config }) => {
            session.configure((key) => config.get(key));
        },

        check: (olds, news) =>
            withEngineErrors(news, () => {
                rememberIfNew(session, olds, news);
                declaredUrns.add(news["resourceUrn"]);
                const failures = checkInputs(news, session.settings.regionId);
                return {
                    inputs: withSecretScripts(news),
                    // The engine would print the value of a named property, even a secret one.
                    failures: failures.map(({ input, reason }) => ({
                        property: "",
                        reason: `${input} ${reason}`,
                    })),
                };
            }),

        diff: (_id, olds, news) =>
            withEngineErrors(news, () => {
                const state = outputsFrom(olds);
                const inputs = inputsFrom(news);
                session.memory.note(state);
                // The next snapshot succeeds it, even if its name, instance or region has changed.
                session.memory.notePredecessor(inputs.resourceUrn, state);
                const found = difference(state, inputs);
                const stackRegion = declaredUrns.has(inputs.resourceUrn)
                    ? session.settings.regionId
                    : undefined;
                const note = regionNote(state, inputs, stackRegion, found.kind);
                const reasons = found.kind === "none" ? [] : found.reasons;
                for (const line of [...reasons, ...(note === undefined ? [] : [note])]) {
                    session.logger(inputs.resourceUrn).info(line);
                }
                switch (found.kind) {
                    case "none":
                        return { changes: false };
                    case "update":
                        return { changes: true };
                    case "replace":
                        // Without `changes` the engine itself finds the changed inputs, so that it can show them and
                        // the user's replaceOnChanges works; but it would not see a change that is only in the state.
                        return {
                            replaces: [...found.inputs],
                            deleteBeforeReplace: false,
                            ...(found.inputs.some(isOutput) ? { changes: true } : {}),
                        };
                }
            }),

        create: (values) =>
            withEngineErrors(values, async () => {
                const inputs = inputsFrom(values);
                const outputs = await session.work(scopeOf(inputs), (context) =>
                    cloudWork().create(context, inputs, session.memory),
                );
                session.memory.noteTaken(inputs.resourceUrn, outputs);
                await commitWhenRecorded(session, inputs, outputs);
                return { id: outputs.snapshotGroupId, outs: withSecretMessages(outputs) };
            }),

        read: (id, values) =>
            withEngineErrors(
                values,
                async () => {
                    const state = outputsFrom(values);
                    session.memory.note(state);
                    const outputs = await session.work(scopeOf(state), (context) =>
                        cloudWork().read(context, id, state),
                    );
                    return outputs === undefined
                        ? {}
                        : { id: outputs.snapshotGroupId ?? id, props: withSecretMessages(outputs) };
                },
                id,
            ),

        update: (id, olds, news) =>
            withEngineErrors(
                news,
                async () => {
                    const state = outputsFrom(olds);
                    const inputs = inputsFrom(news);
                    session.memory.note(state);
                    const outputs = await session.work(
                        scopeOf({ ...inputs, regionId: state.regionId }),
                        (context) => cloudWork().update(context, id, state, inputs),
                    );
                    return { outs: withSecretMessages(outputs) };
                },
                id,
            ),

        delete: (id, values) =>
            withEngineErrors(
                values,
                async () => {
                    const state = outputsFrom(values);
                    session.memory.note(state);
                    passOnEarlierGroups(session, state);
                    await session.work(scopeOf(state), async (context) => {
                        await cloudWork().remove(context, id, state, session.memory);
                        // The row of a replaced resource ends with its new snapshot.
                        const successor = session.memory.takenBy(state.resourceUrn);
                        if (successor !== undefined) {
                            cloudWork().logSuccess(context.log, successor);
                        }
                    });
                },
                id,
            ),
    };
}

/** Remembers a resource that the engine did not know: only such a one has no old inputs. */
function rememberIfNew({ memory }: Session, olds: Values, news: Values): void {
    const { resourceUrn } = plain(news) as Partial<SnapshotInputs>;
    if (Object.keys(plain(olds)).length === 0 && resourceUrn !== undefined) {
        memory.noteNewResource(resourceUrn);
    }
}

/** Passes on what a resource held, if a replacement deletes first without a call of `diff`. */
function passOnEarlierGroups({ memory }: Session, state: SnapshotOutputs): void {
    const { resourceUrn, earlierSnapshotGroups = [] } = state;
    // The URN in its outputs may belong to another resource by now.
    if (memory.predecessorOf(resourceUrn) === undefined && !memory.isNewResource(resourceUrn)) {
        memory.notePredecessor(resourceUrn, { earlierSnapshotGroups });
    }
}

async function commitWhenRecorded(
    session: Session,
    { keepLast }: SnapshotInputs,
    outputs: FinishedOutputs,
): Promise<void> {
    const { invokeId } = outputs;
    if (invokeId !== undefined) {
        await session.commitWhenRecorded(scopeOf(outputs), invokeId, async (context) => {
            if (keepLast !== undefined) {
                const { requested, warnings } = await cloudWork().deleteSuperseded(
                    context,
                    outputs,
                    keepLast,
                );
                warnAll(context.log, warnings);
                if (requested + warnings.length > 0) {
                    cloudWork().logSuccess(context.log, outputs);
                }
            }
        });
    }
}

/** Tells whether a difference is only in the state, where the engine does not look for one. */
function isOutput(name: string): boolean {
    return name === "snapshotGroupId" || name === "snapshots";
}

function scopeOf(values: {
    readonly regionId?: string | undefined;
    readonly resourceUrn?: string;
    readonly organization?: string;
}): Scope {
    const { regionId, resourceUrn, organization } = values;
    return { regionId, resourceUrn, organization };
}

/** Types inputs, which have passed the check, except for values that are unknown in a preview. */
function inputsFrom(values: Values): SnapshotInputs {
    return plain(values) as unknown as SnapshotInputs;
}

/** Types outputs, which this package itself put into the state. */
function outputsFrom(values: Values): SnapshotOutputs {
    return plain(values);
}
