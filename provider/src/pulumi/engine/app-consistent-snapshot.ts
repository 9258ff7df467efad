import type { dynamic } from "@pulumi/pulumi";
import { plain } from "../../core/inputs/plain";
import type { SnapshotInputs } from "../../core/inputs/inputs";
import { checkInputs } from "../../core/inputs/check";
import { create } from "../../core/lifecycle/create";
import { remove } from "../../core/lifecycle/delete";
import { difference } from "../../core/lifecycle/diff";
import type { SnapshotOutputs } from "../../core/lifecycle/outputs";
import { read } from "../../core/lifecycle/read";
import { regionNote } from "../../core/lifecycle/region-note";
import { deleteSuperseded } from "../../core/lifecycle/retention";
import { sayTaken } from "../../core/lifecycle/success";
import { update } from "../../core/lifecycle/update";
import { warnAll } from "../../runtime/logger";
import { withEngineErrors } from "./engine-error";
import { withSecretMessages, withSecretScripts } from "./secrets";
import type { Scope, Session } from "./session";

/** What the runtime passes and takes: JSON objects. */
type Values = Record<string, unknown>;

/** The methods that the serialized provider delegates to, one for each of the engine's calls. */
export interface DynamicResourceProvider {
    configure(request: Pick<dynamic.ConfigureRequest, "config">): void;
    check(olds: Values, news: Values): Promise<dynamic.CheckResult>;
    diff(id: string, olds: Values, news: Values): Promise<dynamic.DiffResult>;
    create(inputs: Values): Promise<dynamic.CreateResult>;
    read(id: string, props: Values): Promise<Partial<dynamic.ReadResult>>;
    update(id: string, olds: Values, news: Values): Promise<dynamic.UpdateResult>;
    delete(id: string, props: Values): Promise<void>;
}

/** Between the engine's calls and the core, for `AppConsistentSnapshot`. */
export function appConsistentSnapshotProvider(session: Session): DynamicResourceProvider {
    /** The resources that the program names: a refresh runs none, and has the stack's settings of the last update. */
    const declaredUrns = new Set<unknown>();
    return {
        configure: ({ config }) => {
            session.configure((key) => config.get(key));
        },

        check: (olds, news) =>
            withEngineErrors(news, () => {
                rememberIfNew(session, olds, news);
                declaredUrns.add(news["resourceUrn"]);
                const failures = checkInputs(plain(news), session.settings.regionId);
                return {
                    inputs: withSecretScripts(news),
                    // The engine would print the value of a named property, were it a secret one.
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
                // Whatever became of its name, its instance or its region: what is created next succeeds it.
                session.memory.handOn(inputs.resourceUrn, state);
                const found = difference(state, inputs);
                const stackRegion = declaredUrns.has(inputs.resourceUrn)
                    ? session.settings.regionId
                    : undefined;
                const note = regionNote(state, inputs, stackRegion, found.kind);
                const reasons = found.kind === "none" ? [] : found.because;
                for (const line of [...reasons, ...(note === undefined ? [] : [note])]) {
                    session.logger(inputs.resourceUrn).info(line);
                }
                switch (found.kind) {
                    case "none":
                        return { changes: false };
                    case "update":
                        return { changes: true };
                    case "replace":
                        // Without `changes` the engine looks itself which inputs changed, so that it can show them
                        // and the user's replaceOnChanges works; but it would not see a change that is in the
                        // state alone.
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
                    create(context, inputs, session.memory),
                );
                session.memory.noteTaken(inputs.resourceUrn, outputs);
                await commitWhenRecorded(session, inputs, outputs);
                return { id: outputs.snapshotGroupId ?? "", outs: withSecretMessages(outputs) };
            }),

        read: (id, values) =>
            withEngineErrors(
                values,
                async () => {
                    const state = outputsFrom(values);
                    session.memory.note(state);
                    const outputs = await session.work(scopeOf(state), (context) => read(context, id, state));
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
                        (context) => update(context, id, state, inputs),
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
                        await remove(context, id, state, session.memory);
                        // In the row of a resource that was replaced the new snapshot is what counts.
                        const successor = session.memory.takenBy(state.resourceUrn);
                        if (successor !== undefined) {
                            sayTaken(context.log, successor);
                        }
                    });
                },
                id,
            ),
    };
}

/** Only a resource that the engine did not know has no inputs of before. */
function rememberIfNew({ memory }: Session, olds: Values, news: Values): void {
    const { resourceUrn } = plain(news) as Partial<SnapshotInputs>;
    if (Object.keys(plain(olds)).length === 0 && resourceUrn !== undefined) {
        memory.noteNewcomer(resourceUrn);
    }
}

/** Where a replacement deletes first, and the engine asked for no difference: what it held is gone then. */
function passOnEarlierGroups({ memory }: Session, state: SnapshotOutputs): void {
    const { resourceUrn, earlierSnapshotGroups = [] } = state;
    // The name in its outputs may be that of another resource by now.
    if (memory.predecessorOf(resourceUrn) === undefined && !memory.isNewcomer(resourceUrn)) {
        memory.handOn(resourceUrn, { earlierSnapshotGroups });
    }
}

async function commitWhenRecorded(
    session: Session,
    { keepLast }: SnapshotInputs,
    outputs: SnapshotOutputs,
): Promise<void> {
    const { invokeId } = outputs;
    if (invokeId !== undefined) {
        await session.commitWhenRecorded(scopeOf(outputs), invokeId, async (context) => {
            if (keepLast !== undefined) {
                const { requested, warnings } = await deleteSuperseded(context, outputs, keepLast);
                warnAll(context.log, warnings);
                if (requested + warnings.length > 0) {
                    sayTaken(context.log, outputs);
                }
            }
        });
    }
}

/** Whether a difference is in the state alone, where the engine does not look for one. */
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

/** Inputs have passed the check before they come here, save for values that are not known in a preview. */
function inputsFrom(values: Values): SnapshotInputs {
    return plain(values) as unknown as SnapshotInputs;
}

/** Outputs are what this package itself put into the state. */
function outputsFrom(values: Values): SnapshotOutputs {
    return plain(values);
}
