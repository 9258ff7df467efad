import * as fc from "fast-check";

import type { SnapshotInputs } from "../../../provider/src/inputs/inputs";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";

const textOf = (characters: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...Array.from(characters)), minLength, maxLength });

export const roleNames = textOf(`${letters}${digits}._-`, 1, 64);

export const groupNames = fc
    .tuple(textOf(letters, 1, 1), textOf(`${letters}${digits}._:-`, 1, 127))
    .map(([first, rest]) => first + rest);

export const diskIds = textOf(`${letters}${digits}`, 1, 60).map((rest) => `d-${rest}`);

export const scriptPaths = textOf(`${letters}${digits}._/-`, 1, 254).map((rest) => `/${rest}`);

/** What both systems have in common. */
const common = {
    instanceId: fc.constant("i-bp1sample"),
    regionId: fc.constant("cn-hangzhou"),
    ramRoleName: roleNames,
    snapshotGroupName: groupNames,
    excludeDiskIds: fc.uniqueArray(diskIds, { maxLength: 5 }),
    instantAccess: fc.constant(true),
    instantAccessRetentionDays: fc.integer({ min: 1, max: 65_535 }),
};

const timeouts = {
    freezeTimeoutSeconds: fc.integer({ min: 1, max: 3_600 }),
    scriptTimeoutSeconds: fc.integer({ min: 1, max: 41_000 }),
};

const linuxWithScripts = fc.record(
    {
        preScriptPath: scriptPaths,
        postScriptPath: scriptPaths,
        enableFsFreeze: fc.boolean(),
        ...timeouts,
    },
    { requiredKeys: ["preScriptPath", "postScriptPath"] },
);

const linuxWithoutScripts = fc.record(timeouts, { requiredKeys: [] });

/** Inputs for a Linux instance that the check accepts. */
export const linuxInputs: fc.Arbitrary<SnapshotInputs> = fc.oneof(
    fc.record(
        { ...common, linux: linuxWithScripts },
        { requiredKeys: ["instanceId", "regionId", "linux", "instantAccess"] },
    ),
    fc.record(
        { ...common, linux: linuxWithoutScripts, requiredConsistency: fc.constant("filesystem" as const) },
        { requiredKeys: ["instanceId", "regionId", "linux", "instantAccess", "requiredConsistency"] },
    ),
);

/** Inputs for a Windows instance that the check accepts. */
export const windowsInputs: fc.Arbitrary<SnapshotInputs> = fc.record(
    {
        ...common,
        windows: fc.record({ enableWriters: fc.boolean() }),
        requiredConsistency: fc.constant("filesystem" as const),
    },
    { requiredKeys: ["instanceId", "regionId", "windows", "instantAccess", "requiredConsistency"] },
);
