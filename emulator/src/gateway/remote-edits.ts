import { behaviourChanges, timingChanges } from "../settings";
import type { Edit } from "../edit";
import { instanceDirectory, instanceFile } from "../fixture/instance-files";
import { agentChanges, fixtureInstance, instanceStatus, pluginOutcome } from "../fixture/parse";
import { FixtureError, list, nullable, object, oneOf, record, type Schema, text } from "../fixture/schema";
import { imageStatuses } from "../world/image";

/** What the values of a list are read by, one each; those beyond `required` may be left out. */
function tuple(required: number, ...schemas: Schema<unknown>[]): Schema<unknown[]> {
    return (value, path) => {
        const values = list((item) => item)(value, path);
        if (values.length < required || values.length > schemas.length) {
            const expected = required === schemas.length ? required : `${required} to ${schemas.length}`;
            throw new FixtureError(path, `must have ${expected} entries, not ${values.length}`);
        }
        return schemas
            .slice(0, values.length)
            .map((schema, index) => schema(values[index], `${path}[${index}]`));
    };
}

const image = object({ imageId: text }, { imageName: text, status: oneOf(...imageStatuses) });
const imageAlone = object({ imageId: text }, {});
const disk = object({ diskId: text }, {});

/** Reads one of two forms, told apart by a key that only the second has. */
const diskOr =
    (other: Schema<unknown>): Schema<unknown> =>
    (value, path) =>
        typeof value === "object" && value !== null && "diskId" in value
            ? disk(value, path)
            : other(value, path);

const outcomes: Schema<unknown[]> = (value, path) => {
    const [instanceId, ...rest] = list((item) => item)(value, path);
    return [
        text(instanceId, `${path}[0]`),
        ...rest.map((outcome, index) => pluginOutcome(outcome, `${path}[${index + 1}]`)),
    ];
};

/** The arguments of each change, in the order of its parameters. JSON's null stands for undefined. */
const argumentsOf: Readonly<Record<keyof Edit, Schema<unknown[]>>> = {
    behaviour: tuple(1, behaviourChanges),
    timing: tuple(1, timingChanges),
    addInstance: tuple(1, fixtureInstance),
    removeInstance: tuple(1, text),
    setInstanceStatus: tuple(2, text, instanceStatus),
    lockInstance: tuple(2, text, list(text)),
    setAgent: tuple(2, text, agentChanges),
    attachRole: tuple(2, text, text),
    detachRole: tuple(1, text),
    setCredentialActions: tuple(2, text, list(text)),
    setRoleActions: tuple(2, text, list(text)),
    setFile: tuple(2, text, instanceFile),
    setDirectory: tuple(2, text, instanceDirectory),
    removeFile: tuple(2, text, text),
    addOutcomes: outcomes,
    releasePlugin: tuple(1, text),
    forgetInvocation: tuple(2, text, oneOf("all", "results")),
    createSnapshotGroup: tuple(1, text, object({}, { name: text, description: text, tags: record(text) })),
    deleteSnapshotGroup: tuple(1, text),
    finishDeletion: tuple(1, text),
    renameSnapshotGroup: tuple(2, text, text, text),
    setSnapshotGroupStatus: tuple(2, text, nullable(oneOf("progressing", "accomplished", "failed"))),
    deleteSnapshot: tuple(1, text),
    holdSnapshot: tuple(2, text, diskOr(image)),
    releaseSnapshot: tuple(1, text, diskOr(imageAlone)),
    setTags: tuple(2, text, record(nullable(text))),
};

const change = object(
    { edit: oneOf(...(Object.keys(argumentsOf) as (keyof Edit)[])), arguments: list((item) => item) },
    {},
);

/**
 * Makes the change that a JSON document describes, and returns what comes of it. Throws when the document is wrong, or
 * names what does not exist; then nothing is changed.
 */
export function editRemotely(edit: Edit, document: unknown): unknown {
    const { edit: name, arguments: given } = change(document, "");
    const read = argumentsOf[name](given, "arguments");
    return (edit as Record<keyof Edit, (...args: unknown[]) => unknown>)[name](...read);
}
