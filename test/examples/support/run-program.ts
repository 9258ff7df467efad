import { createRequire } from "node:module";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

const load = createRequire(__filename);
const examples = join(__dirname, "..", "..", "..", "examples");

export interface Registered {
    /** The id of a resource that is looked up; empty for one that the program makes. */
    readonly lookedUp: string;
    /** One that is not known yet is `pulumi.unknown`. */
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly options: pulumi.CustomResourceOptions;
}

export interface Run {
    /** The program's exports; undefined if one of them is not known yet. */
    readonly outputs: Readonly<Record<string, unknown>> | undefined;
    /** The resources by type and name, as in `alicloud:ecs/image:Image restored`. */
    readonly resources: ReadonlyMap<string, Registered>;
}

export interface RunOptions {
    /** The configuration, by keys without the project's name, which is the example's. */
    readonly config: Readonly<Record<string, string>>;
    /** The outputs that the cloud adds to the inputs of a type's resources. */
    readonly outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly preview?: boolean;
}

/** Runs an example as Pulumi runs a program, under Pulumi's mocks instead of an engine. */
export async function runProgram(
    example: string,
    { config, outputs, preview = false }: RunOptions,
): Promise<Run> {
    const options = new Map<string, pulumi.CustomResourceOptions>();
    const resources = new Map<string, Registered>();
    const mocks: pulumi.runtime.Mocks = {
        newResource: ({ type, name, id: lookedUp = "", inputs: given }) => {
            const key = `${type} ${name}`;
            const inputs = given as Readonly<Record<string, unknown>>;
            resources.set(key, { lookedUp, inputs, options: options.get(key) ?? {} });
            // Of what it would make, a preview knows the inputs and nothing else.
            return preview && lookedUp === ""
                ? { id: undefined, state: inputs }
                : { id: lookedUp || `id-of-${name}`, state: { ...inputs, ...outputs[type] } };
        },
        call: () => ({}),
    };
    await pulumi.runtime.setMocks(mocks, example, "test", preview);
    pulumi.runtime.setAllConfig(
        Object.fromEntries(Object.entries(config).map(([key, value]) => [`${example}:${key}`, value])),
    );
    const program = load.resolve(join(examples, example, "index.ts"));
    const exported: unknown = await pulumi.runtime.runInPulumiStack(() => {
        // Mocks are not told the options.
        pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
            options.set(`${type} ${name}`, opts);
            return undefined;
        });
        Reflect.deleteProperty(load.cache, program);
        return Promise.resolve(load(program));
    });
    await pulumi.runtime.disconnect();
    return { outputs: exported as Run["outputs"], resources };
}
