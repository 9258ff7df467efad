import { AppSnapshotError } from "./app-snapshot-error";

/** The outcome of a step on one instance. A step never fails as a whole because one instance did. */
export type Outcome<T> =
    { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AppSnapshotError };

/** Outcomes of a step by instance id. */
export type Outcomes<T> = ReadonlyMap<string, Outcome<T>>;

export function success<T>(value: T): Outcome<T> {
    return { ok: true, value };
}

export function failure<T>(error: AppSnapshotError): Outcome<T> {
    return { ok: false, error };
}

/** The value for one instance; throws its error. For callers that have exactly one instance. */
export function only<T>(outcomes: Outcomes<T>, instanceId: string): T {
    const outcome = outcomes.get(instanceId);
    if (outcome === undefined) {
        throw new Error(`No outcome for instance ${instanceId}.`);
    }
    if (!outcome.ok) {
        throw outcome.error;
    }
    return outcome.value;
}
