import * as fc from "fast-check";

import {
    type LinuxInputs,
    onDegradedChoices,
    roleAttachments,
    type SnapshotInputs,
    waitForChoices,
} from "../../../provider/src/core/inputs/inputs";
import { generatedGroupName } from "../../../provider/src/core/plugin/group-name";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";

function textOf(characters: string, minLength: number, maxLength: number): fc.Arbitrary<string> {
    return fc.string({ unit: fc.constantFrom(...Array.from(characters)), minLength, maxLength });
}

export const roleNames = textOf(`${letters}${digits}._-`, 1, 64);

export const groupNames = fc
    .tuple(textOf(letters, 1, 1), textOf(`${letters}${digits}._:-`, 1, 127))
    .map(([first, rest]) => first + rest);

/** Names that are derived from a resource's name, which may be anything. */
export const generatedGroupNames = fc
    .tuple(
        fc.string({ unit: "binary", maxLength: 120 }),
        fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
        fc.uuid(),
    )
    .map(([name, now, runId]) => generatedGroupName(`urn::type::${name}`, now, runId));

/** Names that are chosen by the user, or generated. */
export const anyGroupNames = fc.oneof(groupNames, generatedGroupNames);

export const diskIds = textOf(`${letters}${digits}`, 1, 60).map((rest) => `d-${rest}`);

export const scriptPaths = textOf(`${letters}${digits}._/-`, 1, 254).map((rest) => `/${rest}`);

/** Free text, of characters that are special to shells, cmd.exe and the manager, and of some that are not. */
const descriptions = textOf("'\",;&|<>()$`{}[]\\%!^*?~#@=+- aZ0é数😀\u202e\u200b", 2, 256);

/** The inputs that both systems share. */
const common = {
    instanceId: fc.constant("i-bp1sample"),
    regionId: fc.constant("cn-hangzhou"),
    ramRoleName: roleNames,
    roleAttachment: fc.constantFrom(...roleAttachments),
    snapshotGroupName: groupNames,
    description: descriptions,
    excludeDiskIds: fc.uniqueArray(diskIds, { maxLength: 16 }),
    onDegraded: fc.constantFrom(...onDegradedChoices),
    waitFor: fc.constantFrom(...waitForChoices),
    timeoutSeconds: fc.integer({ min: 1, max: 604_800 }),
    keepLast: fc.integer({ min: 1, max: 200 }),
    adoptWithinSeconds: fc.integer({ min: 0, max: 2_592_000 }),
    triggers: fc.array(fc.oneof(descriptions, fc.jsonValue()), { maxLength: 3 }),
};

/** Instant access; a retention needs it. */
const instantAccess: fc.Arbitrary<Pick<SnapshotInputs, "instantAccess" | "instantAccessRetentionDays">> =
    fc.oneof(
        fc.record({ instantAccess: fc.boolean() }, { requiredKeys: [] }),
        fc.record({
            instantAccess: fc.constant(true),
            instantAccessRetentionDays: fc.integer({ min: 1, max: 65_535 }),
        }),
    );

const timeouts = {
    freezeTimeoutSeconds: fc.integer({ min: 1, max: 3_600 }),
    scriptTimeoutSeconds: fc.integer({ min: 1, max: 41_000 }),
};

/** The text of a script, of all characters that are special to the shells on its way, and of any others. */
export const scriptTexts = fc
    .oneof(
        fc.string({ unit: "grapheme", maxLength: 200 }),
        textOf("'\",;&|<>()$`{}[]\\%!^*?~#@=+-\n\t aZ0é数😀\u202e\u200b", 0, 200),
    )
    .map((rest) => `#!/bin/sh\n${rest.replace(/[\r\0]/g, "")}`);

const switches = { enableFsFreeze: fc.boolean(), ...timeouts };

/** Each script by its path or by its text; `keepScripts` only with a text. */
const linuxWithScripts = fc.oneof(
    fc.record(
        { preScriptPath: scriptPaths, postScriptPath: scriptPaths, ...switches },
        { requiredKeys: ["preScriptPath", "postScriptPath"] },
    ),
    fc
        .tuple(
            fc.oneof(
                fc.record({ preScript: scriptTexts, postScript: scriptTexts }),
                fc.record({ preScript: scriptTexts, postScriptPath: scriptPaths }),
                fc.record({ preScriptPath: scriptPaths, postScript: scriptTexts }),
            ),
            fc.record({ keepScripts: fc.boolean(), ...switches }, { requiredKeys: [] }),
        )
        .map(([scripts, rest]): LinuxInputs => ({ ...scripts, ...rest })),
);

const linuxWithoutScripts = fc.record(timeouts, { requiredKeys: [] });

/** Inputs for a Linux instance that the check accepts. */
export const linuxInputs: fc.Arbitrary<SnapshotInputs> = together(
    fc.oneof(
        fc.record(
            { ...common, linux: linuxWithScripts },
            { requiredKeys: ["instanceId", "regionId", "linux"] },
        ),
        fc.record(
            {
                ...common,
                linux: linuxWithoutScripts,
                requiredConsistency: fc.constant("filesystem" as const),
            },
            { requiredKeys: ["instanceId", "regionId", "linux", "requiredConsistency"] },
        ),
    ),
);

/** Inputs for a Windows instance that the check accepts. */
export const windowsInputs: fc.Arbitrary<SnapshotInputs> = together(
    fc.oneof(
        fc.record(
            { ...common, windows: fc.record({ enableWriters: fc.constant(true) }, { requiredKeys: [] }) },
            { requiredKeys: ["instanceId", "regionId"] },
        ),
        fc.record(
            {
                ...common,
                windows: fc.record({ enableWriters: fc.boolean() }),
                requiredConsistency: fc.constant("filesystem" as const),
            },
            { requiredKeys: ["instanceId", "regionId", "windows", "requiredConsistency"] },
        ),
    ),
);

function together(inputs: fc.Arbitrary<SnapshotInputs>): fc.Arbitrary<SnapshotInputs> {
    return fc.tuple(inputs, instantAccess).map(([most, rest]) => ({ ...most, ...rest }));
}
