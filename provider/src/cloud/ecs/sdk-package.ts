import { createRequire, Module } from "node:module";

type EcsPackage = typeof import("@alicloud/ecs20140526");

const packageName = "@alicloud/ecs20140526";

/** The parts of the SDK's package that this package uses. */
export interface EcsSdk {
    readonly Client: EcsPackage["default"];
    /** The request models by their names. Each is loaded at its first use. */
    readonly models: Omit<EcsPackage, "default">;
}

/**
 * Loads the SDK's generated client, without the models: its package loads all 1,150 of them, and a call needs two.
 *
 * The client takes its models from the module `models/model`, which re-exports each from its own file. While the client
 * is loaded, a substitute takes the place of that module: it loads the file of a model when the model is used. Then both
 * leave Node's cache, so that others in this process, such as the user's own dynamic providers, get the whole package.
 * If the package has another layout, all of it is loaded.
 */
export function loadEcsSdk(): EcsSdk {
    const main = require.resolve(packageName);
    const inPackage = createRequire(main);
    const index = resolved(inPackage, "./models/model");
    if (index === undefined || require.cache[index] !== undefined) {
        const whole = inPackage(main) as EcsPackage;
        return { Client: whole.default, models: whole };
    }
    const models = modelsOnDemand(inPackage);
    const substitute = new Module(index);
    substitute.exports = models;
    substitute.loaded = true;
    require.cache[index] = substitute;
    try {
        const { default: Client } = inPackage(main) as EcsPackage;
        return { Client, models };
    } finally {
        Reflect.deleteProperty(require.cache, index);
        Reflect.deleteProperty(require.cache, main);
    }
}

/** Returns the package's models as properties that are loaded when they are read. */
function modelsOnDemand(inPackage: NodeJS.Require): EcsSdk["models"] {
    const exportOf = (request: string, name: string): unknown =>
        (inPackage(request) as Readonly<Record<string, unknown>>)[name];
    return new Proxy({} as EcsSdk["models"], {
        get: (_target, name) => {
            if (name === "__esModule") {
                // Otherwise the compiled client would copy the properties, and there are none to list.
                return true;
            }
            const file = typeof name === "string" ? fileOf(name) : undefined;
            if (typeof name !== "string" || file === undefined) {
                return undefined;
            }
            const path = resolved(inPackage, `./models/${file}`);
            const own = path === undefined ? undefined : exportOf(path, name);
            return own ?? exportOf("./models/model", name);
        },
    });
}

/** Returns the name of the file with a model. A part of a model, such as a tag of a request, is in the same file. */
function fileOf(model: string): string | undefined {
    return /^[A-Z]\w*?(?:Request|ResponseBody|Response(?!Body))/.exec(model)?.[0];
}

function resolved(from: NodeJS.Require, request: string): string | undefined {
    try {
        return from.resolve(request);
    } catch {
        return undefined;
    }
}
