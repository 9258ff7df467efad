import type { dynamic } from "@pulumi/pulumi";
import { plain } from "../inputs/plain";
import type { SnapshotInputs } from "../inputs/inputs";
import { checkInputs } from "../lifecycle/check";
import { create } from "../lifecycle/create";
import { remove } from "../lifecycle/delete";
import { difference } from "../lifecycle/diff";
import type { SnapshotOutputs } from "../lifecycle/outputs";
import { read } from "../lifecycle/read";
import { update } from "../lifecycle/update";
import { presentable } from "./presentable-error";
import type { Place, Session } from "./session";

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
    return {
        configure: ({ config }) => {
            session.configure((key) => config.get(key));
        },

        check: (_olds, news) =>
            presentable(news, () => {
                const failures = checkInputs(plain(news), session.settings.regionId);
                return {
                    inputs: news,
                    // The engine would print the value of a named property, were it a secret one.
                    failures: failures.map(({ input, reason }) => ({
                        property: "",
                        reason: `${input} ${reason}`,
                    })),
                };
            }),

        diff: (_id, olds, news) =>
            presentable(news, () => {
                const state = outputsFrom(olds);
                const inputs = inputsFrom(news);
                rememberRecorded(session, state);
                const found = difference(state, inputs);
                if (found.kind !== "none") {
                    found.because.forEach((reason) => {
                        session.logger(inputs.resourceUrn).info(reason);
                    });
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
            presentable(values, async () => {
                const inputs = inputsFrom(values);
                const outputs = await session.work(place(inputs), (context) =>
                    create(context, inputs, session.recorded),
                );
                await commitWhenRecorded(session, outputs);
                return { id: outputs.snapshotGroupId ?? "", outs: outputs };
            }),

        read: (id, values) =>
            presentable(
                values,
                async () => {
                    const state = outputsFrom(values);
                    rememberRecorded(session, state);
                    const outputs = await session.work(place(state), (context) => read(context, id, state));
                    return outputs === undefined ? {} : { id: outputs.snapshotGroupId ?? id, props: outputs };
                },
                id,
            ),

        update: (id, olds, news) =>
            presentable(
                news,
                async () => {
                    const state = outputsFrom(olds);
                    const inputs = inputsFrom(news);
                    const outputs = await session.work(
                        { regionId: state.regionId, resourceUrn: inputs.resourceUrn },
                        (context) => update(context, id, state, inputs),
                    );
                    if (state.pending !== undefined) {
                        await commitWhenRecorded(session, outputs);
                    }
                    return { outs: outputs };
                },
                id,
            ),

        delete: (id, values) =>
            presentable(
                values,
                async () => {
                    const state = outputsFrom(values);
                    await session.work(place(state), (context) => remove(context, id, state));
                },
                id,
            ),
    };
}

/** A running one is not a snapshot yet: it is to be taken up, not to be left to the resource that has it. */
function rememberRecorded(session: Session, state: SnapshotOutputs): void {
    if (state.invokeId !== undefined && state.pending?.phase !== "running") {
        session.recorded.add(state.invokeId);
    }
}

async function commitWhenRecorded(session: Session, outputs: SnapshotOutputs): Promise<void> {
    const { invokeId } = outputs;
    if (invokeId !== undefined) {
        await session.commitWhenRecorded(place(outputs), invokeId);
    }
}

/** Whether a difference is in the state alone, where the engine does not look for one. */
function isOutput(name: string): boolean {
    return name === "snapshotGroupId" || name === "snapshots";
}

function place(values: { readonly regionId?: string; readonly resourceUrn?: string }): Place {
    return { regionId: values.regionId, resourceUrn: values.resourceUrn };
}

/** Inputs have passed the check before they come here, save for values that are not known in a preview. */
function inputsFrom(values: Values): SnapshotInputs {
    return plain(values) as unknown as SnapshotInputs;
}

/** Outputs are what this package itself put into the state. */
function outputsFrom(values: Values): SnapshotOutputs {
    return plain(values);
}
