import { existsSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";

import type { FleetFailure, FleetSnapshot } from "../../../../provider/src/core/fleet/fleet-outputs";
import { textDigest } from "../../../../provider/src/core/inputs/script-digest";
import {
    acknowledgedPath,
    expectAcknowledgement,
    isAcknowledged,
} from "../../../../provider/src/pulumi/recording/acknowledgement";
import { AppConsistentSnapshot } from "../../../../provider/src/pulumi/resource/app-consistent-snapshot";
import { AppConsistentSnapshotFleet } from "../../../../provider/src/pulumi/resource/app-consistent-snapshot-fleet";
import type {
    AppConsistentSnapshotFleetArgs,
    FleetInstanceArgs,
} from "../../../../provider/src/pulumi/resource/fleet-arguments";
import type { Mutable } from "../../../support/mutable";
import { inClear, isSecret } from "../../../support/stack/secrets";
import { outputValue } from "../../support/output-value";
import { rejection } from "../../support/rejection";
import { deliveredScripts } from "../../support/samples";
import { spinUntil } from "../../support/spin-until";
import { TemporaryFolder } from "../../support/temporary-folder";

type Values = Readonly<Record<string, unknown>>;

const registered = new Map<string, { readonly type: string; readonly inputs: Values }>();

const snapshotOfOne: FleetSnapshot = {
    ...{ snapshotGroupId: "ssg-1", snapshotGroupName: "one", status: "accomplished" },
    ...{ creationTime: "2025-01-02T03:04:05Z", consistency: "application", snapshots: [] },
};
const failureOfTwo: FleetFailure = { code: "RoleConflict", message: "It has a role.", remedy: "Detach it." };

const mocks: pulumi.runtime.Mocks = {
    newResource: ({ name, type, inputs }) => {
        registered.set(name, { type, inputs: inputs as Values });
        const outputs = {
            snapshots: { "i-1": snapshotOfOne },
            failures: { "i-2": failureOfTwo },
            snapshotIdByDiskId: { "d-1": "s-1" },
            recordingId: "recording-1",
        };
        return { id: "fleet-1", state: { ...(inputs as object), ...(name === "bare" ? {} : outputs) } };
    },
    call: () => ({}),
};

let made = 0;

/** Returns the inputs that the class registers for these arguments. */
async function register(
    args: AppConsistentSnapshotFleetArgs,
    opts?: pulumi.CustomResourceOptions,
): Promise<Values> {
    made += 1;
    const name = `fleet-${made}`;
    await outputValue(new AppConsistentSnapshotFleet(name, args, opts).id);
    return registered.get(name)?.inputs ?? {};
}

describe("the class of a fleet, under Pulumi's mocks", () => {
    before(() => pulumi.runtime.setMocks(mocks, "project", "stack", false));

    it("registers under its type token, with its own URN and the settings of its options as inputs", async () => {
        const fleet = new AppConsistentSnapshotFleet(
            "mocked",
            { instanceIds: ["i-1", "i-2"], triggers: ["1.0"] },
            { customTimeouts: { create: "1h30m" }, retainOnDelete: true },
        );
        const urn = await outputValue(fleet.urn);
        const { type, inputs } = registered.get("mocked") ?? {};
        expect(type).to.equal("pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshotFleet");
        expect(inputs).to.deep.include({
            ...{ instanceIds: ["i-1", "i-2"], triggers: ["1.0"], timeoutSeconds: 5_400 },
            ...{ resourceUrn: urn, organization: "organization", retainOnDelete: true },
        });
        expect(inputs).not.to.have.any.keys("instances", "linux", "openScripts");
    });

    it("accepts lists and instances that are known only later", async () => {
        for (const instanceIds of [
            [pulumi.output("i-1"), Promise.resolve("i-2")],
            pulumi.output(["i-1", "i-2"]),
            Promise.resolve(["i-1", pulumi.output("i-2")]),
        ]) {
            expect((await register({ instanceIds }))["instanceIds"]).to.deep.equal(["i-1", "i-2"]);
        }
        const entry = { instanceId: "i-1", windows: { enableWriters: true }, excludeDiskIds: ["d-1"] };
        for (const instances of [
            [entry],
            [pulumi.output(entry)],
            [{ ...entry, instanceId: pulumi.output("i-1") }],
            pulumi.output([entry]),
            Promise.resolve([entry]),
        ]) {
            expect((await register({ instances }))["instances"]).to.deep.equal([entry]);
        }
    });

    it("knows whether its snapshots are retained, unless it may inherit that", async () => {
        const args = { instanceIds: ["i-1"] };
        const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
        for (const [opts, retained] of [
            [undefined, false],
            [{ retainOnDelete: false }, false],
            [{ retainOnDelete: true, parent }, true],
            [{ retainOnDelete: false, parent }, false],
            [{ parent }, undefined],
        ] as const) {
            expect((await register(args, opts))["retainOnDelete"]).to.equal(retained);
        }
    });

    it("acknowledges its recording as soon as the program knows it, but not in a preview", async () => {
        const folder = new TemporaryFolder();
        folder.use();
        try {
            await expectAcknowledgement("recording-1");
            await pulumi.runtime.setMocks(mocks, "project", "stack", true);
            await register({ instanceIds: ["i-1"] });
            await new Promise((resolve) => setImmediate(resolve));
            expect(await isAcknowledged("recording-1")).to.equal(false);
            await pulumi.runtime.setMocks(mocks, "project", "stack", false);
            await register({ instanceIds: ["i-1"] });
            await spinUntil(() => existsSync(acknowledgedPath("recording-1")));
            expect(await isAcknowledged("recording-1")).to.equal(true);
        } finally {
            await pulumi.runtime.setMocks(mocks, "project", "stack", false);
            folder.remove();
        }
    });

    it("warns of keepLast without retainOnDelete", async () => {
        const warnings: string[] = [];
        const { warn } = pulumi.log;
        const log: Mutable<Pick<typeof pulumi.log, "warn">> = pulumi.log;
        log.warn = (message) => {
            warnings.push(message);
            return Promise.resolve();
        };
        try {
            const args = { instanceIds: ["i-1"], keepLast: 3 };
            await register(args, { retainOnDelete: true });
            expect(warnings).to.deep.equal([]);
            await register(args);
            expect(warnings.join()).to.match(/^keepLast .*retainOnDelete: true, because the fleet deletes/);
        } finally {
            log.warn = warn;
        }
    });

    it("refuses values that JSON can't carry, and a provider, in its own name", () => {
        expect(
            () => new AppConsistentSnapshotFleet("dated", { instanceIds: [], triggers: [new Date()] }),
        ).to.throw("AppConsistentSnapshotFleet dated: triggers[0] is of class Date");
        const windows = new Map() as unknown as { readonly enableWriters: boolean };
        const instances = [{ instanceId: "i-1", windows }];
        expect(() => new AppConsistentSnapshotFleet("mapped", { instances })).to.throw(
            "AppConsistentSnapshotFleet mapped: instances[0].windows is of class Map",
        );
        const options: pulumi.ComponentResourceOptions = { providers: [] };
        expect(() => new AppConsistentSnapshotFleet("refused", { instanceIds: ["i-1"] }, options)).to.throw(
            "AppConsistentSnapshotFleet refused: the option providers can't be used",
        );
    });

    it("distinguishes its instances from other resources", () => {
        const fleet = new AppConsistentSnapshotFleet("told", { instanceIds: ["i-1"] });
        const single = new AppConsistentSnapshot("single", { instanceId: "i-1" });
        expect(AppConsistentSnapshotFleet.isInstance(fleet)).to.equal(true);
        expect(AppConsistentSnapshotFleet.isInstance(single)).to.equal(false);
        expect(AppConsistentSnapshot.isInstance(fleet)).to.equal(false);
        expect(AppConsistentSnapshotFleet.isInstance(undefined)).to.equal(false);
    });
});

describe("the scripts of a fleet's instances", () => {
    before(() => pulumi.runtime.setMocks(mocks, "project", "stack", false));

    const { preScript, postScript } = deliveredScripts;
    const others = { preScript: postScript, postScript: preScript };
    const entry = { instanceId: "i-1", linux: deliveredScripts };

    /** Returns the registered inputs with all that is a secret in them, since mocks get lists only as a whole. */
    async function instancesOf(
        instances: NonNullable<AppConsistentSnapshotFleetArgs["instances"]>,
    ): Promise<{ readonly secret: boolean; readonly values: readonly Values[] }> {
        const { instances: sent } = await register({ instances });
        return { secret: isSecret(sent), values: inClear(sent) as readonly Values[] };
    }

    it("are secrets, and each has its own digest of open ones", async () => {
        const expected = [
            { ...entry, openScripts: textDigest(deliveredScripts) },
            { instanceId: "i-2", linux: others, openScripts: textDigest(others) },
            { instanceId: "i-3" },
        ];
        const given: FleetInstanceArgs[] = [
            entry,
            { instanceId: "i-2", linux: others },
            { instanceId: "i-3" },
        ];
        const later = given.map((one) => Promise.resolve(one));
        for (const instances of [given, later, pulumi.output(given), Promise.resolve(given)]) {
            const { secret, values } = await instancesOf(instances);
            expect(values).to.deep.equal(expected);
            expect(secret).to.equal(true);
        }
    });

    it("have no digest if one of them is a secret", async () => {
        const open = { ...entry, instanceId: "i-open" };
        for (const linux of [
            { preScript: pulumi.secret(preScript), postScript },
            pulumi.secret(deliveredScripts),
        ]) {
            const { values } = await instancesOf([{ instanceId: "i-secret", linux }, open]);
            expect(values).to.deep.equal([
                { instanceId: "i-secret", linux: deliveredScripts },
                { ...open, openScripts: textDigest(deliveredScripts) },
            ]);
        }
        for (const instances of [
            [pulumi.secret(entry)],
            pulumi.secret([entry]),
            pulumi.output([{ ...entry, linux: { preScript: pulumi.secret(preScript), postScript } }]),
        ]) {
            expect((await instancesOf(instances)).values).to.deep.equal([entry]);
        }
    });

    it("are no secrets if they are on the instance", async () => {
        const linux = { preScriptPath: "/pre", postScriptPath: "/post" };
        const { secret, values } = await instancesOf([{ instanceId: "i-1", linux }]);
        expect(values).to.deep.equal([{ instanceId: "i-1", linux }]);
        expect(secret).to.equal(false);
    });

    it("leave a wrong value to the check, which reports it", async () => {
        for (const instances of [null, "i-1", 5, ["i-1", null], [{ linux: "text" }], pulumi.output("i-1")]) {
            const sent = await register({ instances } as unknown as AppConsistentSnapshotFleetArgs);
            const value = await outputValue(pulumi.output(instances as unknown));
            expect(sent["instances"] ?? null).to.deep.equal(value);
        }
    });
});

describe("the snapshot of one instance of a fleet", () => {
    let fleet: AppConsistentSnapshotFleet;
    let bare: AppConsistentSnapshotFleet;
    before(async () => {
        await pulumi.runtime.setMocks(mocks, "project", "stack", false);
        fleet = new AppConsistentSnapshotFleet("taken", { instanceIds: ["i-1", "i-2"] });
        bare = new AppConsistentSnapshotFleet("bare", { instanceIds: ["i-1"] });
    });

    it("is found by the instance's id, which may itself be an output", async () => {
        expect(await outputValue(fleet.snapshotOf("i-1"))).to.deep.equal(snapshotOfOne);
        expect(await outputValue(fleet.snapshotOf(pulumi.output("i-1")))).to.deep.equal(snapshotOfOne);
    });

    it("is never undefined: the error says why there is none", async () => {
        expect((await rejection(outputValue(fleet.snapshotOf("i-2")))).message).to.equal(
            "The fleet has no snapshot of i-2: RoleConflict: It has a role. Detach it.",
        );
        expect((await rejection(outputValue(fleet.snapshotOf("i-3")))).message).to.equal(
            "The fleet has no snapshot of i-3: it has snapshots of i-1.",
        );
    });

    it("has that of a disk, whose absence may be due to a failure", async () => {
        expect(await outputValue(fleet.snapshotIdOf("d-1"))).to.equal("s-1");
        expect((await rejection(outputValue(fleet.snapshotIdOf("d-2")))).message).to.equal(
            "The fleet has no disk d-2: it has d-1. It has no snapshot of i-2.",
        );
    });

    it("is requested from the mocks if they return only the inputs", async () => {
        expect((await rejection(outputValue(bare.snapshotOf("i-1")))).message).to.include(
            'let Pulumi\'s mocks return it, for example { snapshots: { "i-1": ',
        );
        expect((await rejection(outputValue(bare.snapshotIdOf("d-1")))).message).to.include(
            'for example { snapshotIdByDiskId: { "d-1"',
        );
    });
});
