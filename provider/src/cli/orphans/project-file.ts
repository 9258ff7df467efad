import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A project's name and its source. */
export interface ProjectSource {
    readonly by: string;
    readonly project: string;
}

const fileNames = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/** Finds the Pulumi project of a folder as `pulumi` itself does: in the folder or one above. */
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

/** Returns the project's name in a project file, which is YAML or JSON; undefined if there is none. */
export function projectName(text: string): string | undefined {
    return text.trimStart().startsWith("{") ? nameInJson(text) : nameInYaml(text);
}

/** Returns the top-level name. An indented one names something else, such as the runtime. */
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
