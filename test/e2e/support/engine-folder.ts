import { join } from "node:path";
import { pathToFileURL } from "node:url";

interface EngineTool {
    ensureEngine(options: { readonly log: (line: string) => void }): Promise<string>;
}

let folder: Promise<string> | undefined;

/** Returns the folder of the engine's programs. Installs them if a single test file is the first to need them. */
export function ensuredEngineFolder(): Promise<string> {
    folder ??= load().then((tool) => tool.ensureEngine({ log: console.error }));
    return folder;
}

function load(): Promise<EngineTool> {
    const url = pathToFileURL(join(__dirname, "..", "..", "..", "tools", "engine.mjs"));
    return import(url.href) as Promise<EngineTool>;
}
