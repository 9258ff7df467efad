import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";

import { textDigest } from "../../../../provider/src/core/inputs/script-digest";
import { AppConsistentSnapshot } from "../../../../provider/src/pulumi/resource/app-consistent-snapshot";
import type { LinuxSnapshotArgs } from "../../../../provider/src/pulumi/resource/arguments";
import {
    openScripts,
    withSecretInstances,
    withSecretScripts,
} from "../../../../provider/src/pulumi/resource/delivered-scripts";
import type { FleetInstanceArgs } from "../../../../provider/src/pulumi/resource/fleet-arguments";
import { deliveredScripts } from "../../support/samples";

const { preScript, postScript } = deliveredScripts;
const paths = { preScriptPath: "/root/pre.sh", postScriptPath: "/root/post.sh" };

async function valueOf<T>(output: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
    return new Promise((resolve) => {
        pulumi.output(output).apply(resolve);
    });
}

/** An input's value, and whether it is a secret. */
async function known(value: unknown): Promise<readonly [value: unknown, secret: boolean]> {
    return pulumi.Output.isInstance(value)
        ? [await valueOf(value), await pulumi.isSecret(value)]
        : [value, false];
}

/** Returns the value of each input of a Linux snapshot, and whether it is a secret. */
async function secretsOf(linux: pulumi.Input<LinuxSnapshotArgs>): Promise<Record<string, unknown>> {
    const made = withSecretScripts(linux);
    // A promise of an output has the output's own fields, including outputs.
    const fields = pulumi.Output.isInstance(made)
        ? await new Promise<object>((resolve) => {
              (made as pulumi.Output<object>).apply((value) => {
                  resolve(value);
              });
          })
        : made;
    const entries = Object.entries(fields).map(async ([name, value]) => [name, await known(value)] as const);
    return Object.fromEntries(await Promise.all(entries));
}

function secret(value: unknown): readonly [unknown, boolean] {
    return [value, true];
}
function open(value: unknown): readonly [unknown, boolean] {
    return [value, false];
}

describe("the texts of scripts", () => {
    before(() =>
        pulumi.runtime.setMocks({
            newResource: ({ inputs }) => ({ id: "ssg-1", state: inputs as object }),
            call: () => ({}),
        }),
    );

    const both = {
        preScript: secret(preScript),
        postScript: secret(postScript),
        keepScripts: open(true),
    };
    const given = { ...deliveredScripts, keepScripts: true };

    it("become secrets, and nothing else does", async () => {
        expect(await secretsOf(given)).to.deep.equal(both);
        expect(await secretsOf({ preScript, postScriptPath: "/root/post.sh" })).to.deep.equal({
            preScript: secret(preScript),
            postScriptPath: open("/root/post.sh"),
        });
        expect(await secretsOf({ ...paths, enableFsFreeze: true, freezeTimeoutSeconds: 5 })).to.deep.equal({
            preScriptPath: open("/root/pre.sh"),
            postScriptPath: open("/root/post.sh"),
            enableFsFreeze: open(true),
            freezeTimeoutSeconds: open(5),
        });
    });

    it("become secrets if they are known only later", async () => {
        for (const later of [
            pulumi.output(preScript),
            Promise.resolve(preScript),
            pulumi.secret(preScript),
        ]) {
            expect(await secretsOf({ ...given, preScript: later })).to.deep.equal(both);
        }
    });

    it("become secrets if the whole object is known only later", async () => {
        for (const later of [
            pulumi.output(given),
            Promise.resolve(given),
            pulumi.output({ ...given, preScript: pulumi.output(preScript) }),
            Promise.resolve({ ...given, preScript: pulumi.output(preScript) }),
        ]) {
            expect(await secretsOf(later)).to.deep.equal(both);
        }
        expect(await secretsOf(pulumi.output(paths))).to.deep.equal({
            preScriptPath: open("/root/pre.sh"),
            postScriptPath: open("/root/post.sh"),
        });
    });

    it("are left out if they are not given", async () => {
        const undefinedOnes = { preScript: undefined, ...paths } as unknown as LinuxSnapshotArgs;
        expect(await secretsOf(undefinedOnes)).to.deep.include({ preScript: open(undefined) });
    });

    const digestOf = async (linux: pulumi.Input<LinuxSnapshotArgs> | undefined): Promise<unknown> =>
        known(openScripts(linux));

    it("are recognized by their digest, itself a secret, if they are given openly", async () => {
        const { preScriptPath, postScriptPath } = paths;
        for (const linux of [
            { preScript, postScript },
            { preScript, postScriptPath },
            { preScriptPath, postScript },
        ]) {
            for (const given of [linux, pulumi.output(linux), Promise.resolve(linux)]) {
                expect(await digestOf(given)).to.deep.equal(secret(textDigest(linux)));
            }
        }
        const later = { preScript: pulumi.output(preScript), postScript: Promise.resolve(postScript) };
        expect(await digestOf(later)).to.deep.equal(secret(textDigest(deliveredScripts)));
    });

    it("are not recognized if one of them, or anything beside them, is a secret", async () => {
        for (const linux of [
            { preScript: pulumi.secret(preScript), postScript },
            { preScript, postScript: pulumi.secret(postScript) },
            { preScript, postScript, freezeTimeoutSeconds: pulumi.secret(5) },
            pulumi.secret(deliveredScripts),
            pulumi.output({ preScript: pulumi.secret(preScript), postScript }),
        ]) {
            expect(await digestOf(linux)).to.have.property("0", undefined);
        }
    });

    it("are none if the scripts are on the instance, or there are none", async () => {
        for (const linux of [undefined, {}, paths, { ...paths, preScript: undefined }]) {
            expect(openScripts(linux)).to.equal(undefined);
        }
        expect(await digestOf(pulumi.output(paths))).to.have.property("0", undefined);
    });
});

describe("the texts of scripts of a fleet's instances", () => {
    const entry = { instanceId: "i-1", linux: deliveredScripts };
    const treated = {
        instanceId: open("i-1"),
        preScript: secret(preScript),
        postScript: secret(postScript),
        openScripts: secret(textDigest(deliveredScripts)),
    };

    /** Returns each input of each instance, and whether it is a secret. */
    async function treatedOf(instances: unknown): Promise<unknown> {
        const made = withSecretInstances(instances as pulumi.Input<FleetInstanceArgs[]>);
        const list = (await contentOf(made)) as readonly unknown[];
        return Promise.all(
            list.map(async (one) => {
                const { linux, ...others } = (await contentOf(one)) as Readonly<Record<string, unknown>>;
                const inner = (await contentOf(linux)) as Readonly<Record<string, unknown>> | undefined;
                const entries = Object.entries({ ...others, ...inner }).map(
                    async ([name, value]) => [name, await known(value)] as const,
                );
                return Object.fromEntries(await Promise.all(entries));
            }),
        );
    }

    /** The content of an output, without unwrapping the outputs in it. */
    function contentOf(value: unknown): unknown {
        if (!pulumi.Output.isInstance(value)) {
            return value;
        }
        // A promise of an output would have the output's own fields.
        const boxed = new Promise<{ readonly content: unknown }>((resolve) => {
            value.apply((content) => {
                resolve({ content });
            });
        });
        return boxed.then(({ content }) => content);
    }

    it("become secrets, each instance with its own digest, and nothing else does", async () => {
        const linux = pulumi.output(deliveredScripts);
        for (const instances of [
            [entry],
            [{ ...entry, linux }],
            [pulumi.output(entry)],
            [Promise.resolve(entry)],
            pulumi.output([entry]),
            Promise.resolve([entry]),
        ]) {
            expect(await treatedOf(instances)).to.deep.equal([treated]);
        }
        expect(await treatedOf([{ instanceId: "i-1", linux: paths }, { instanceId: "i-2" }])).to.deep.equal([
            {
                instanceId: open("i-1"),
                preScriptPath: open("/root/pre.sh"),
                postScriptPath: open("/root/post.sh"),
                openScripts: open(undefined),
            },
            { instanceId: open("i-2") },
        ]);
    });

    it("are not recognized if the instance, or the whole list, has a secret", async () => {
        const { openScripts: digest, ...others } = treated;
        expect(digest).to.deep.equal(secret(textDigest(deliveredScripts)));
        for (const instances of [[pulumi.secret(entry)], pulumi.secret([entry])]) {
            expect(await treatedOf(instances)).to.deep.equal([others]);
        }
        const withSecret = { ...entry, linux: { ...deliveredScripts, preScript: pulumi.secret(preScript) } };
        expect(await treatedOf([withSecret, entry])).to.deep.equal([
            { ...treated, openScripts: open(undefined) },
            treated,
        ]);
    });
});

/** The SDK's mark of a secret on its way to the engine. */
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

describe("the resource class with scripts", () => {
    // The SDK takes a moment to load its serialization.
    const registered = new Map<string, Readonly<Record<string, unknown>>>();
    before(() =>
        pulumi.runtime.setMocks({
            newResource: ({ name, inputs }) => {
                registered.set(name, inputs as Readonly<Record<string, unknown>>);
                return { id: "ssg-1", state: inputs as object };
            },
            call: () => ({}),
        }),
    );

    let made = 0;

    /** Returns the registered inputs for these arguments. */
    async function register(linux: unknown): Promise<Readonly<Record<string, unknown>>> {
        made += 1;
        const name = `scripts-${made}`;
        const snapshot = new AppConsistentSnapshot(name, {
            instanceId: "i-1",
            linux: linux as LinuxSnapshotArgs,
        });
        await valueOf(snapshot.id);
        return registered.get(name) ?? {};
    }

    it("sends texts as secrets, with a digest of open ones", async () => {
        for (const linux of [
            deliveredScripts,
            { preScript: pulumi.output(preScript), postScript: Promise.resolve(postScript) },
            pulumi.output(deliveredScripts),
            Promise.resolve(deliveredScripts),
        ]) {
            const sent = await register(linux);
            // In the inputs of a mock the whole object is a secret, because a part of it is.
            expect(Object.values(sent["linux"] as object)).to.include(secretMark);
            expect((sent["linux"] as { readonly value: unknown }).value).to.deep.equal(deliveredScripts);
            expect(Object.values(sent["openScripts"] as object)).to.have.members([
                secretMark,
                textDigest(deliveredScripts),
            ]);
        }
        const sent = await register({ preScript: pulumi.secret(preScript), postScript });
        expect(sent["openScripts"]).to.equal(undefined);
    });

    it("has no secrets if the scripts are on the instance, or there are none", async () => {
        for (const linux of [paths, pulumi.output(paths), {}, undefined]) {
            const sent = await register(linux);
            expect(sent["linux"]).to.deep.equal(await valueOf(linux as pulumi.Input<unknown>));
            expect(sent["openScripts"]).to.equal(undefined);
        }
    });

    it("leaves a wrong value to the check, which reports it", async () => {
        for (const linux of [
            null,
            "hunter2",
            5,
            true,
            ["hunter2"],
            pulumi.output("hunter2"),
            pulumi.output(null),
        ]) {
            const sent = await register(linux);
            expect(sent["linux"] ?? null).to.deep.equal(await valueOf(linux as pulumi.Input<unknown>));
        }
    });
});
