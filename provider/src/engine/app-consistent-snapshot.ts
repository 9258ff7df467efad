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
import type { Session } from "./session";

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
                const found = difference(outputsFrom(olds), inputsFrom(news));
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
                            ...(found.inputs.includes("snapshotGroupId") ? { changes: true } : {}),
                        };
                }
            }),

        create: (values) =>
            presentable(values, async () => {
                const inputs = inputsFrom(values);
                const outputs = await create(session.context(place(inputs)), inputs);
                return { id: outputs.snapshotGroupId ?? "", outs: outputs };
            }),

        read: (id, values) =>
            presentable(values, async () => {
                const state = outputsFrom(values);
                const outputs = await read(session.context(place(state)), id, state);
                return outputs === undefined ? {} : { id: outputs.snapshotGroupId ?? id, props: outputs };
            }),

        update: (id, olds, news) =>
            presentable(news, async () => {
                const state = outputsFrom(olds);
                const inputs = inputsFrom(news);
                const context = session.context({
                    regionId: state.regionId,
                    resourceUrn: inputs.resourceUrn,
                });
                return { outs: await update(context, id, state, inputs) };
            }),

        delete: (id, values) =>
            presentable(values, async () => {
                const state = outputsFrom(values);
                await remove(session.context(place(state)), id, state);
            }),
    };
}

/** Where, and as which resource, to work. */
function place(values: { readonly regionId?: string; readonly resourceUrn?: string }): {
    regionId: string | undefined;
    resourceUrn: string | undefined;
} {
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
