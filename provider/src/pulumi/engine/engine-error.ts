import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { UnfinishedFleet } from "../../core/fleet/fleet-error";
import { UnfinishedSnapshot } from "../../core/lifecycle/unfinished-snapshot";
import type { AppSnapshotError, CloudResources } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { withSecretMessages, withSecretReports } from "./secrets";

/** The key of the provider's serialized text in a resource's properties. */
const providerKey = "__provider";

/**
 * Runs a call of the engine and turns every error into the form that the engine shows and records best.
 *
 * @param values the inputs or outputs of the call, with the provider's own key.
 * @param id the id of a resource that already exists: every error names it.
 */
export async function withEngineErrors<T>(
    values: Readonly<Record<string, unknown>>,
    task: () => T | Promise<T>,
    id?: string,
): Promise<T> {
    try {
        return await task();
    } catch (thrown) {
        throw unfinishedFailure(thrown, values) ?? plainError(thrown, values["instanceId"], id);
    }
}

/** Returns the id of a resource that exists although it is not finished; undefined for any other error. */
export function unfinishedId(thrown: unknown): string | undefined {
    return thrown instanceof UnfinishedSnapshot || thrown instanceof UnfinishedFleet ? thrown.id : undefined;
}

/** Returns the error for a resource that is not finished; undefined for any other error. */
function unfinishedFailure(thrown: unknown, values: Readonly<Record<string, unknown>>): Error | undefined {
    if (thrown instanceof UnfinishedSnapshot) {
        return initializationFailure(thrown, withSecretMessages(thrown.outputs), values);
    }
    return thrown instanceof UnfinishedFleet
        ? initializationFailure(thrown, withSecretReports(thrown.outputs), values)
        : undefined;
}

/**
 * Returns the error with whose fields the engine keeps a resource in the state, with an id and outputs. The engine
 * shows only the reasons, and ignores the failure if there are none.
 */
function initializationFailure(
    { id, reason }: UnfinishedSnapshot | UnfinishedFleet,
    outputs: Readonly<Record<string, unknown>>,
    values: Readonly<Record<string, unknown>>,
): Error {
    return Object.assign(shownOnce(reason), {
        id,
        // The runtime adds the provider to the outputs of a success, but not to these; without it the resource
        // could never be refreshed or deleted.
        properties: { ...outputs, [providerKey]: values[providerKey] },
        reasons: [reason.shownMessage],
    });
}

function plainError(thrown: unknown, instanceId: unknown, id: string | undefined): Error {
    const error = asAppSnapshotError(thrown, typeof instanceId === "string" ? instanceId : undefined);
    // A group that is only looked up need not exist.
    return shownOnce(
        error.code === ownErrors.GroupToGetNotFound.code
            ? error
            : error.with({ resources: { ...existing(id), ...error.resources } }),
    );
}

/** Returns the resource of an id, which is the group's, or the invocation's as long as there is no group. */
function existing(id: string | undefined): CloudResources {
    if (id?.startsWith("ssg-") === true) {
        return { snapshotGroupId: id };
    }
    return id?.startsWith("t-") === true ? { invokeId: id } : {};
}

/**
 * Returns an error whose message is shown once, by the engine. The runtime also prints errors of check, diff, read and
 * delete, as `${error}: ${error.stack}`: the code is enough there.
 */
function shownOnce({ name, shownMessage, code }: AppSnapshotError): Error {
    return Object.assign(new Error(shownMessage), {
        name,
        stack: "see the error of the resource",
        toString: () => code,
    });
}
