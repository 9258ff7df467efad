import { existsSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";

import {
    acknowledgedPath,
    expectAcknowledgement,
    isAcknowledged,
} from "../../../../provider/src/pulumi/recording/acknowledgement";
import { AppConsistentSnapshot } from "../../../../provider/src/pulumi/resource/app-consistent-snapshot";
import type { Mutable } from "../../../support/mutable";
import { spinUntil } from "../../support/spin-until";
import { TemporaryFolder } from "../../support/temporary-folder";

interface Registered {
    readonly name: string;
    readonly type: string;
    readonly provider: string | undefined;
    readonly inputs: Readonly<Record<string, unknown>>;
}

/** A provider like that of @pulumi/alicloud. */
class AlicloudProvider extends pulumi.ProviderResource {
    constructor(name: string) {
        super("alicloud", name);
    }
}

const registered: Registered[] = [];

async function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => {
        output.apply(resolve);
    });
}

const mocks: pulumi.runtime.Mocks = {
    newResource: (args) => {
        const inputs = args.inputs as Readonly<Record<string, unknown>>;
        registered.push({ name: args.name, type: args.type, provider: args.provider, inputs });
        return {
            id: "ssg-1",
            state: {
                ...inputs,
                snapshotGroupId: "ssg-1",
                consistency: "application",
                invokeId: "t-known",
            },
        };
    },
    call: () => ({}),
};

describe("the resource class, under Pulumi's mocks", () => {
    before(() => pulumi.runtime.setMocks(mocks, "project", "stack", false));

    it("registers under its type token, with its own URN and the timeout of its options as inputs", async () => {
        const snapshot = new AppConsistentSnapshot(
            "mocked",
            { instanceId: "i-1", triggers: ["1.0"] },
            { customTimeouts: { create: "1h30m" } },
        );
        expect(await valueOf(snapshot.id)).to.equal("ssg-1");
        const [args] = registered.filter(({ name }) => name === "mocked");
        expect(args?.type).to.equal(AppConsistentSnapshot.__pulumiType);
        expect(args?.inputs).to.deep.include({ instanceId: "i-1", triggers: ["1.0"], timeoutSeconds: 5_400 });
        expect(args?.inputs["resourceUrn"]).to.equal(await valueOf(snapshot.urn));
        expect(await valueOf(snapshot.consistency)).to.equal("application");
    });

    it("acknowledges its snapshot as soon as the program knows it, since then it is in the engine's state", async () => {
        const folder = new TemporaryFolder();
        folder.use();
        try {
            await expectAcknowledgement("t-known");
            await expectAcknowledgement("t-other");
            const snapshot = new AppConsistentSnapshot("acknowledged", { instanceId: "i-1" });
            await valueOf(snapshot.invokeId);
            await spinUntil(() => existsSync(acknowledgedPath("t-known")));
            expect(await isAcknowledged("t-known")).to.equal(true);
            expect(await isAcknowledged("t-other")).to.equal(false);
        } finally {
            folder.remove();
        }
    });

    it("acknowledges nothing in a preview", async () => {
        const folder = new TemporaryFolder();
        folder.use();
        const settings = pulumi.runtime.isDryRun();
        try {
            await pulumi.runtime.setMocks(mocks, "project", "stack", true);
            await expectAcknowledgement("t-known");
            const snapshot = new AppConsistentSnapshot("previewed", { instanceId: "i-1" });
            await valueOf(snapshot.invokeId);
            await new Promise((resolve) => setImmediate(resolve));
            expect(await isAcknowledged("t-known")).to.equal(false);
        } finally {
            await pulumi.runtime.setMocks(mocks, "project", "stack", settings);
            folder.remove();
        }
    });

    it("prefers its own timeoutSeconds to the options", async () => {
        const snapshot = new AppConsistentSnapshot(
            "own-timeout",
            { instanceId: "i-1", timeoutSeconds: 60 },
            { customTimeouts: { create: "1h" } },
        );
        await valueOf(snapshot.id);
        expect(registered.find(({ name }) => name === "own-timeout")?.inputs["timeoutSeconds"]).to.equal(60);
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
            const args = { instanceId: "i-1", keepLast: 3 };
            await valueOf(new AppConsistentSnapshot("kept", args, { retainOnDelete: true }).id);
            await valueOf(new AppConsistentSnapshot("plain", { instanceId: "i-1" }).id);
            expect(warnings).to.deep.equal([]);
            await valueOf(new AppConsistentSnapshot("replaced", args).id);
            expect(warnings.join()).to.match(/^keepLast .*retainOnDelete: true/);
        } finally {
            log.warn = warn;
        }
    });

    it("refuses values that JSON can't carry, of which the engine would get an empty object", () => {
        expect(
            () => new AppConsistentSnapshot("dated", { instanceId: "i-1", triggers: [new Date()] }),
        ).to.throw("AppConsistentSnapshot dated: triggers[0] is of class Date");
        const windows = new Map([["enableWriters", false]]) as { readonly enableWriters?: boolean };
        expect(() => new AppConsistentSnapshot("mapped", { instanceId: "i-1", windows })).to.throw(
            "AppConsistentSnapshot mapped: windows is of class Map",
        );
    });

    it("refuses a provider, to which the engine would send it, and names the right setting", () => {
        const provider = new AlicloudProvider("beijing");
        const several: pulumi.ComponentResourceOptions[] = [
            { providers: [provider] },
            { providers: { alicloud: provider } },
        ];
        for (const [option, options] of [
            ["provider", { provider }] as const,
            ...several.map((options) => ["providers", options] as const),
        ]) {
            const refused = new RegExp(
                `^AppConsistentSnapshot refused: the option ${option} .*regionId.*stack`,
            );
            expect(() => new AppConsistentSnapshot("refused", { instanceId: "i-1" }, options)).to.throw(
                refused,
            );
            expect(() => AppConsistentSnapshot.get("refused", "ssg-1", {}, options)).to.throw(refused);
        }
    });

    it("does not inherit a component's provider for other resources", async () => {
        const provider = new AlicloudProvider("inherited");
        const parent = new pulumi.ComponentResource("test:index:Parent", "parent", {}, { provider });
        const snapshot = new AppConsistentSnapshot("child", { instanceId: "i-1" }, { parent });
        expect(await valueOf(snapshot.id)).to.equal("ssg-1");
        expect(registered.find(({ name }) => name === "child")?.provider).to.equal("");
    });

    it("distinguishes its instances from other resources", () => {
        const snapshot = new AppConsistentSnapshot("told", { instanceId: "i-1" });
        expect(AppConsistentSnapshot.isInstance(snapshot)).to.equal(true);
        expect(
            AppConsistentSnapshot.isInstance(new pulumi.ComponentResource("test:index:Other", "other")),
        ).to.equal(false);
        expect(AppConsistentSnapshot.isInstance(undefined)).to.equal(false);
    });
});
