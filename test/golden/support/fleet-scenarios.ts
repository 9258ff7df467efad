import type { EcsApi, Tag } from "../../../provider/src/cloud/ecs/api";
import type { FleetInputs } from "../../../provider/src/core/inputs/fleet-inputs";
import { textDigest } from "../../../provider/src/core/inputs/script-digest";
import { apiError } from "../../unit/support/scripted-api";
import { FleetCloud, type Outcome } from "./fleet-cloud";
import {
    complete,
    create,
    fleetProviderIn,
    inClear,
    type StateOfResource,
    update,
    type Values,
} from "./resource";

/** All that is left of a fleet: its state, and the tags that the package left in the cloud. */
export interface HeldFleet {
    readonly state: StateOfResource;
    readonly tags: {
        readonly invocations: Readonly<Record<string, Readonly<Record<string, string>>>>;
        readonly snapshots: Readonly<Record<string, Readonly<Record<string, string>>>>;
    };
}

const texts = { preScript: "#!/bin/sh\necho held\n", postScript: "#!/bin/sh\necho released\n" };
const paths = { preScriptPath: "/root/pre.sh", postScriptPath: "/root/post.sh" };
const urn = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshotFleet::before";
const common: FleetInputs = { resourceUrn: urn, linux: paths, windows: {}, retainOnDelete: false };
const three: FleetInputs = { ...common, instanceIds: ["i-1", "i-2", "i-3"] };

/** Every input that is kept in a state, and more. */
const everyInput: FleetInputs = {
    ...common,
    organization: "acme",
    regionId: "cn-hangzhou",
    snapshotGroupName: "before-migration",
    description: "before 1.4.0",
    tags: { team: "payments" },
    linux: { ...texts, scriptOutput: "show", enableFsFreeze: true, freezeTimeoutSeconds: 60 },
    openScripts: textDigest(texts) ?? "",
    windows: { enableWriters: true },
    instances: [
        { instanceId: "i-1" },
        { instanceId: "i-2" },
        {
            instanceId: "i-3",
            linux: { ...texts, scriptOutput: "secret" },
            excludeDiskIds: ["d-data3"],
            snapshotGroupName: "the-third",
            description: "the third",
            ramRoleName: "AppSnapshotRoleName",
        },
        { instanceId: "i-4" },
    ],
    instantAccess: true,
    instantAccessRetentionDays: 3,
    triggers: ["1.4.0", { build: 7 }],
    maxConcurrentInstances: 10,
    onFailure: "continue",
};

/** A run whose plugin and scripts print all that is read from them. */
const talkative: Outcome = {
    output: [
        '[level="info"][message="Prescript cost=1.2s, Postscript cost=35ms"]',
        '[level="info"][message="Prepare Freeze=14.5ms, Thaw cost=1.05ms, Snapshot Creation=988.2ms, Tag Resources=144.6ms"]',
        `pre-script printed: ${Buffer.from("held").toString("base64")}`,
        `post-script printed: ${Buffer.from("released").toString("base64")}`,
        "",
    ].join("\n"),
};
const degraded: Outcome = { tags: [{ key: "FsConsistent", value: "True" }] };

/** Returns a cloud with instances, whose next runs have these results. */
function cloudOf(
    outcomes: Readonly<Record<string, readonly Outcome[]>>,
    answers: Partial<EcsApi> = {},
): FleetCloud {
    const cloud = new FleetCloud(answers);
    for (const [instanceId, next] of Object.entries(outcomes)) {
        cloud.add(instanceId, {}, ...next);
    }
    return cloud;
}

/** Returns all that is left of a fleet. */
export function heldFleet(cloud: FleetCloud, state: StateOfResource): HeldFleet {
    const plugins = cloud.invocations.filter(({ commandContent }) =>
        commandContent.includes("acs-plugin-manager"),
    );
    const snapshots = [...cloud.groups.values()].flatMap((group) => group.snapshots);
    return {
        state,
        tags: {
            invocations: Object.fromEntries(plugins.map(({ invokeId, tags }) => [invokeId, ownTags(tags)])),
            snapshots: Object.fromEntries(
                snapshots.map(({ snapshotId, tags }) => [snapshotId, ownTags(tags)]),
            ),
        },
    };
}

function ownTags(tags: readonly Tag[]): Record<string, string> {
    return Object.fromEntries(
        tags.filter(({ key }) => key.startsWith("app-snapshot:")).map(({ key, value }) => [key, value]),
    );
}

async function taken(cloud: FleetCloud, inputs: FleetInputs): Promise<HeldFleet> {
    return heldFleet(cloud, await create(fleetProviderIn(cloud.context), inputs));
}

/** A refresh finds that the first instance has lost a member. */
async function withMissingMember(cloud: FleetCloud): Promise<StateOfResource> {
    const provider = fleetProviderIn(cloud.context);
    const state = await create(provider, three);
    const id = "ssg-i-1-1";
    cloud.edit(id, { snapshots: cloud.groups.get(id)?.snapshots.slice(0, 1) ?? [] });
    const read = await provider.read(state.id, inClear(state.outputs));
    return complete({ ...state, outputs: read.props as Values });
}

/** Each makes a fleet that a stack may hold, finished or not. The names are those of the golden files. */
export const fleetScenarios: Readonly<Record<string, () => Promise<HeldFleet>>> = {
    complete: () => {
        const cloud = cloudOf({ "i-1": [talkative], "i-2": [talkative], "i-3": [talkative] });
        cloud.add("i-4", { osType: "windows", osName: "Windows Server 2022 64 bit" });
        return taken(cloud, everyInput);
    },

    degraded: () =>
        taken(cloudOf({ "i-1": [], "i-2": [degraded], "i-3": [] }), { ...three, onDegraded: "keep" }),

    unfinished: () =>
        taken(
            cloudOf({
                "i-1": [],
                "i-2": [{ neverEnds: true }],
                "i-3": [{ exitCode: 9 }],
                "i-4": [{ group: { status: "progressing" } }],
            }),
            {
                ...three,
                instanceIds: ["i-1", "i-2", "i-3", "i-4"],
                waitFor: "accomplished",
                timeoutSeconds: 600,
            },
        ),

    "unfinished-with-secrets": () =>
        taken(
            cloudOf({
                "i-1": [talkative],
                "i-2": [{ ...talkative, group: { status: "progressing" } }],
            }),
            {
                ...{ ...common, linux: texts, instanceIds: ["i-1", "i-2"] },
                ...{ waitFor: "accomplished", timeoutSeconds: 600 },
            },
        ),

    "failed-with-group": () =>
        taken(
            cloudOf(
                { "i-1": [], "i-2": [degraded], "i-3": [] },
                {
                    deleteSnapshotGroup: () =>
                        Promise.reject(apiError("Forbidden.RAM", "DeleteSnapshotGroup")),
                },
            ),
            three,
        ),

    "member-missing": async () => {
        const cloud = cloudOf({ "i-1": [], "i-2": [], "i-3": [] });
        return heldFleet(cloud, await withMissingMember(cloud));
    },

    "superseded-group": async () => {
        const cloud = cloudOf(
            { "i-1": [], "i-2": [], "i-3": [] },
            { deleteSnapshotGroup: () => Promise.reject(apiError("Forbidden.RAM", "DeleteSnapshotGroup")) },
        );
        const state = await withMissingMember(cloud);
        return heldFleet(cloud, await update(fleetProviderIn(cloud.context), state, three));
    },

    "earlier-groups": async () => {
        const cloud = cloudOf({ "i-1": [], "i-2": [], "i-3": [] });
        const provider = fleetProviderIn(cloud.context);
        const program = { ...three, keepLast: 3, triggers: [1] };
        const first = await create(provider, program);
        const next = { ...program, triggers: [2] };
        await provider.diff(first.id, inClear(first.outputs), next);
        return heldFleet(cloud, await create(provider, next));
    },
};
