import type { dynamic } from "@pulumi/pulumi";

import type { Context } from "../../cloud/context";
import type { InputFailure } from "../../core/inputs/input-failure";
import { checkDefaultTags, withDefaultTags } from "../../core/inputs/tags";
import type { Difference } from "../../core/lifecycle/diff";
import { regionNote, type RegionWords } from "../../core/lifecycle/region-note";
import type { Recording } from "../recording/pending-commits";
import { unfinishedId, withEngineErrors } from "./engine-error";
import { withSecretScripts } from "./secrets";
import type { Scope, Session } from "./session";
import { Successors } from "./successors";

/** A JSON object, as the runtime passes and accepts it. */
export type Values = Record<string, unknown>;

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

/** The inputs and outputs that every kind of resource has. */
export interface Scoped {
    readonly regionId?: string | undefined;
    readonly resourceUrn?: string;
    readonly organization?: string;
}

/** The runs of a result that the engine records, and what follows after they are committed. */
export interface RecordingTask extends Recording {
    readonly afterwards?: (context: Context) => Promise<void>;
}

/**
 * The part of a provider that depends on the kind of resource. `State` is what the engine keeps, `Created` what it gets
 * of a finished create.
 */
export interface ResourceKind<Inputs extends Scoped, State extends Scoped, Created extends State = State> {
    /** Types inputs, which have passed the check, except for values that are unknown in a preview. */
    inputsFrom(values: Values): Inputs;
    /** Types outputs, which this package itself put into the state. */
    stateFrom(values: Values): State;
    /** Returns outputs for the engine, those that are secret marked as such. */
    withSecrets(outputs: State): Values;
    /** Returns the id for outputs; undefined if they do not change it. */
    idOf(outputs: State): string | undefined;
    /** @param stackRegion the region of resources that name none. */
    check(inputs: Values, stackRegion: string | undefined): readonly InputFailure[];
    difference(state: State, inputs: Inputs): Difference;
    /** Tells whether a state holds something that is not finished, or lacks something that failed. */
    isUnfinished(state: State): boolean;
    /** The words of the note about a resource that stays in its region, see `regionNote`. */
    readonly regionWords: RegionWords;
    create(context: Context, inputs: Inputs): Promise<Created>;
    /** @returns undefined if the resource no longer exists. */
    read(context: Context, id: string, state: State): Promise<State | undefined>;
    update(context: Context, id: string, state: State, inputs: Inputs): Promise<State>;
    remove(context: Context, id: string, state: State): Promise<void>;
    /** Remembers the inputs that the engine had before; none for a resource that it does not know. */
    noteInputs?(olds: Values, news: Values): void;
    /** Remembers a state that the engine shows, before anything else is done with it. */
    noteState(state: State): void;
    /** Remembers the inputs with which the engine compared a state. */
    noteComparison?(state: State, inputs: Inputs): void;
    /** Remembers a state whose resource is deleted next. */
    noteDeletion?(state: State): void;
    /** Returns the runs to commit when the engine has recorded the outputs of a create; undefined for none. */
    createdRuns(inputs: Inputs, outputs: Created): RecordingTask | undefined;
    /** Returns those of an update. Default: none. */
    updatedRuns?(before: State, outputs: State, inputs: Inputs): RecordingTask | undefined;
}

/** Connects the engine's calls for a kind of resource to the core. */
export function dynamicProvider<Inputs extends Scoped, State extends Scoped, Created extends State = State>(
    session: Session,
    kind: ResourceKind<Inputs, State, Created>,
): DynamicResourceProvider {
    /** The resources of the program. A refresh runs no program, and uses the stack's settings of the last update. */
    const declaredUrns = new Set<unknown>();
    const successors = new Successors();

    /** Makes a create or an update, and remembers whether it left the resource unfinished. */
    const remembering = async <T>({ resourceUrn }: Inputs, task: () => Promise<T>): Promise<T> => {
        try {
            const outputs = await task();
            successors.noteFinished(resourceUrn);
            return outputs;
        } catch (thrown) {
            const id = unfinishedId(thrown);
            if (id !== undefined) {
                successors.noteUnfinished(resourceUrn, id);
            }
            throw thrown;
        }
    };

    const shownState = (values: Values): State => {
        const state = kind.stateFrom(values);
        kind.noteState(state);
        return state;
    };

    const commitWhenRecorded = async (outputs: State, task: RecordingTask | undefined): Promise<void> => {
        if (task !== undefined) {
            const { afterwards, ...recording } = task;
            await session.commitWhenRecorded(scopeOf(outputs), recording, afterwards);
        }
    };

    return {
        configure: ({ config }) => {
            session.configure((key) => config.get(key));
        },

        check: (olds, news) =>
            withEngineErrors(news, () => {
                kind.noteInputs?.(olds, news);
                declaredUrns.add(news["resourceUrn"]);
                const { regionId, defaultTags } = session.settings;
                const inherited = checkDefaultTags(defaultTags);
                const inputs = inherited.length === 0 ? withDefaultTags(news, defaultTags) : news;
                const failures = [...inherited, ...kind.check(inputs, regionId)];
                return {
                    inputs: withSecretScripts(inputs),
                    // The engine would print the value of a named property, even a secret one.
                    failures: failures.map(({ input, reason }) => ({
                        property: "",
                        reason: `${input} ${reason}`,
                    })),
                };
            }),

        diff: (id, olds, news) =>
            withEngineErrors(news, () => {
                const state = shownState(olds);
                const inputs = kind.inputsFrom(news);
                successors.noteComparison(id, inputs.resourceUrn);
                if (kind.isUnfinished(state)) {
                    successors.noteUnfinished(inputs.resourceUrn, id);
                }
                kind.noteComparison?.(state, inputs);
                const found = kind.difference(state, inputs);
                const stackRegion = declaredUrns.has(inputs.resourceUrn)
                    ? session.settings.regionId
                    : undefined;
                const note = regionNote(state, inputs, stackRegion, found.kind, kind.regionWords);
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
                const inputs = kind.inputsFrom(values);
                const outputs = await remembering(inputs, () =>
                    session.work(scopeOf(inputs), (context) => kind.create(context, inputs)),
                );
                await commitWhenRecorded(outputs, kind.createdRuns(inputs, outputs));
                return { id: kind.idOf(outputs) ?? "", outs: kind.withSecrets(outputs) };
            }),

        read: (id, values) =>
            withEngineErrors(
                values,
                async () => {
                    const state = shownState(values);
                    const outputs = await session.work(scopeOf(state), (context) =>
                        kind.read(context, id, state),
                    );
                    return outputs === undefined
                        ? {}
                        : { id: kind.idOf(outputs) ?? id, props: kind.withSecrets(outputs) };
                },
                id,
            ),

        update: (id, olds, news) =>
            withEngineErrors(
                news,
                async () => {
                    const state = shownState(olds);
                    const inputs = kind.inputsFrom(news);
                    const scope = scopeOf({ ...inputs, regionId: state.regionId });
                    const update = (context: Context): Promise<State> =>
                        kind.update(context, id, state, inputs);
                    const outputs = await remembering(inputs, () => session.work(scope, update));
                    await commitWhenRecorded(outputs, kind.updatedRuns?.(state, outputs, inputs));
                    return { outs: kind.withSecrets(outputs) };
                },
                id,
            ),

        delete: (id, values) =>
            withEngineErrors(
                values,
                async () => {
                    const state = shownState(values);
                    successors.assertDeletable(id, state.resourceUrn);
                    kind.noteDeletion?.(state);
                    await session.work(scopeOf(state), (context) => kind.remove(context, id, state));
                },
                id,
            ),
    };
}

/** The differences that are only in the state, where the engine does not look for one. */
const outputNames: ReadonlySet<string> = new Set(["snapshotGroupId", "snapshots", "failures", "unfinished"]);

function isOutput(name: string): boolean {
    return outputNames.has(name);
}

function scopeOf({ regionId, resourceUrn, organization }: Scoped): Scope {
    return { regionId, resourceUrn, organization };
}
