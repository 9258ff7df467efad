import { CommandError, UsageError } from "./command-error";
import type { ProjectSource } from "./project-file";
import type { Owner } from "./stack-state";

/** What `--stack` names: a stack, with or without its organization and project. */
export function parseStackName(name: string): {
    readonly organization: string | undefined;
    readonly stack: string;
    readonly project: string | undefined;
} {
    const parts = name.split("/");
    const stack = parts.at(-1) ?? "";
    if (parts.length > 3 || parts.includes("")) {
        throw new UsageError(`--stack must be NAME, ORG/NAME or ORG/PROJECT/NAME, not "${name}"`);
    }
    return {
        organization: parts.length > 1 ? parts[0] : undefined,
        stack,
        project: parts.length === 3 ? parts[1] : undefined,
    };
}

/**
 * The stack and the project whose runs to look for; a pure decision. All that is said about them has to agree:
 * held against another stack's state, what is in use would look like an orphan.
 *
 * @param owners what the URNs of the state name.
 * @param sources what else names a project.
 */
export function identify(stack: string, owners: readonly Owner[], sources: readonly ProjectSource[]): Owner {
    const stranger = owners.find((owner) => owner.stack !== stack);
    if (stranger !== undefined) {
        throw new CommandError(
            `The state of the stack ${stack} contains resources of another stack, ${stranger.stack}, so it can't be used to find orphans.`,
        );
    }
    const all = [...owners.map(({ project }) => ({ by: "the state's URNs", project })), ...sources];
    const [first] = all;
    if (first === undefined) {
        throw new CommandError(
            `The project of the stack ${stack} is unknown: its state is empty and there is no Pulumi.yaml here. Name the project with --project.`,
        );
    }
    const other = all.find(({ project }) => project !== first.project);
    if (other !== undefined) {
        throw new CommandError(
            `The project is ${first.project} according to ${first.by}, but ${other.project} according to ${other.by}. Run this in the folder of the stack's own project, or outside of any project, and give matching names.`,
        );
    }
    return { stack, project: first.project };
}
