import type { EcsApi } from "../../../provider/src/cloud/ecs/api";
import type { SnapshotInputs } from "../../../provider/src/core/inputs/inputs";
import { textDigest } from "../../../provider/src/core/inputs/script-digest";
import { degraded, FakeCloud, neverEnds, type Run } from "../../unit/support/fake-cloud";
import { diskOf, inputsOf, instanceOf } from "../../unit/support/samples";
import { apiError } from "../../unit/support/scripted-api";
import {
    create,
    type HeldResource,
    heldResource,
    inClear,
    providerIn,
    stored,
    type Values,
} from "./resource";

const texts = { preScript: "#!/bin/sh\necho held\n", postScript: "#!/bin/sh\necho released\n" };

/** Every input that is kept in a state, and more. */
const everyInput: SnapshotInputs = inputsOf({
    organization: "acme",
    regionId: "cn-hangzhou",
    snapshotGroupName: "before-migration",
    description: "before 1.4.0",
    tags: { team: "payments" },
    excludeDiskIds: ["d-scratch"],
    linux: {
        ...texts,
        keepScripts: true,
        scriptOutput: "secret",
        enableFsFreeze: true,
        freezeTimeoutSeconds: 60,
        scriptTimeoutSeconds: 600,
    },
    windows: { enableWriters: true },
    instantAccess: true,
    instantAccessRetentionDays: 3,
    triggers: ["1.4.0", { build: 7 }],
});

function printed(what: "pre" | "post", text: string): string {
    return `${what}-script printed: ${Buffer.from(text).toString("base64")}`;
}

/** A run whose plugin and scripts print all that is read from them. */
const talkative: Run = {
    output: (snapshotGroupId) =>
        [
            '[level="info"][message="Prescript cost=1.2s, Postscript cost=35ms"]',
            '[level="info"][message="Prepare Freeze=14.5ms, Thaw cost=1.05ms, Snapshot Creation=988.2ms, Tag Resources=144.6ms"]',
            `[snapshotgroup="${snapshotGroupId}"][message="Finish whole Processes of Snapshot successfully"]`,
            printed("pre", "held"),
            printed("post", "released"),
            "",
        ].join("\n"),
};

const onlyFileSystems: Run = {
    ...degraded,
    output: (snapshotGroupId) =>
        `[snapshotgroup="${snapshotGroupId}"][message="Take FsConsistent snapshots successfully"]`,
};

async function taken(
    cloud: FakeCloud,
    inputs: SnapshotInputs,
    answers: Partial<EcsApi> = {},
): Promise<HeldResource> {
    const context = { ...cloud.context, api: { ...cloud.api, ...answers } };
    return heldResource(cloud, await create(providerIn(context), inputs));
}

/** Each makes a resource that a stack may hold, finished or not. The names are those of the golden files. */
export const scenarios: Readonly<Record<string, () => Promise<HeldResource>>> = {
    finished: () => {
        const cloud = new FakeCloud([talkative]);
        cloud.disks = [...cloud.disks, diskOf("d-scratch")];
        return taken(cloud, everyInput);
    },

    "finished-degraded": () =>
        taken(new FakeCloud([onlyFileSystems]), inputsOf({ onDegraded: "keep", description: "any" })),

    "finished-windows": () => {
        const cloud = new FakeCloud();
        cloud.instance = instanceOf({ osType: "windows", osName: "Windows Server 2022 64 bit" });
        return taken(cloud, inputsOf({ linux: undefined, windows: { enableWriters: true } }));
    },

    "finished-with-earlier-groups": async () => {
        const cloud = new FakeCloud();
        const provider = providerIn(cloud.context);
        const program = inputsOf({ keepLast: 3, triggers: [1] });
        const first = await create(provider, program);
        const next = { ...program, triggers: [2] };
        await provider.diff(first.id, inClear(first.outputs), next);
        return heldResource(cloud, await create(provider, next));
    },

    "finished-member-missing": async () => {
        const cloud = new FakeCloud();
        const provider = providerIn(cloud.context);
        const state = await create(provider, inputsOf());
        const group = cloud.groups.get(state.id);
        cloud.edit(state.id, { snapshots: group?.snapshots.slice(0, 1) ?? [] });
        const read = await provider.read(state.id, inClear(state.outputs));
        return heldResource(cloud, { ...state, outputs: stored(read.props as Values) });
    },

    running: () => {
        const cloud = new FakeCloud([neverEnds]);
        cloud.role = undefined;
        return taken(
            cloud,
            inputsOf({ roleAttachment: "temporary", linux: texts, openScripts: textDigest(texts) }),
        );
    },

    finalizing: () =>
        taken(
            new FakeCloud([{ ...talkative, group: { status: "progressing" } }]),
            inputsOf({ waitFor: "accomplished", timeoutSeconds: 600 }),
        ),

    "finalizing-adopted": async () => {
        const cloud = new FakeCloud([neverEnds]);
        await create(providerIn(cloud.context), inputsOf());
        cloud.endAll();
        cloud.setState("t-1", "open");
        return taken(cloud, inputsOf(), {
            tagResources: (type, ids, tags) =>
                type === "invocation"
                    ? Promise.reject(apiError("Forbidden.RAM", "TagResources"))
                    : cloud.api.tagResources(type, ids, tags),
        });
    },

    failed: () =>
        taken(new FakeCloud([onlyFileSystems]), inputsOf(), {
            deleteSnapshotGroup: () => Promise.reject(apiError("Forbidden.RAM", "DeleteSnapshotGroup")),
        }),
};
