import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A name of a project, and who gave it. */
export interface ProjectSource {
    readonly by: string;
    readonly project: string;
}

const fileNames = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/** The Pulumi project that a folder is part of, as `pulumi` itself finds it: here or in a folder above. */
export async function findProject(folder: string): Promise<ProjectSource | undefined> {
    for (const name of fileNames) {
        const path = join(folder, name);
        const project = projectName(await readFile(path, "utf8").catch(() => ""));
        if (project !== undefined) {
            return { by: path, project };
        }
    }
    const above = dirname(folder);
    return above === folder ? undefined : findProject(above);
}

/** The name that a project file gives its project, in YAML or JSON; undefined where it gives none. */
export function projectName(text: string): string | undefined {
    return text.trimStart().startsWith("{") ? nameInJson(text) : nameInYaml(text);
}

/** An indented name is something else's, the runtime's for example. */
function nameInYaml(text: string): string | undefined {
    return /^["']?name["']?[ \t]*:[ \t]*["']?([\w.-]+)/m.exec(text)?.[1];
}

function nameInJson(text: string): string | undefined {
    try {
        const { name } = JSON.parse(text) as { readonly name?: unknown };
        return typeof name === "string" ? name : undefined;
    } catch {
        return undefined;
    }
}
