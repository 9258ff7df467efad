import { CommandError, UsageError } from "../command/command-error";
import type { ProjectSource } from "./project-file";
import type { Owner } from "./stack-state";

/** Parses `--stack`: a stack, with or without its organization and project. */
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
 * Returns the stack and the project whose runs to look for; a pure decision. All sources have to agree: compared with
 * another stack's state, snapshots in use would look like orphans.
 *
 * @param owners the stacks and projects that the URNs of the state name.
 * @param sources the other sources that name a project.
 * @throws CommandError if they don't agree, or name no project.
 */
export function identify(stack: string, owners: readonly Owner[], sources: readonly ProjectSource[]): Owner {
    const foreign = owners.find((owner) => owner.stack !== stack);
    if (foreign !== undefined) {
        throw new CommandError(
            `The state of the stack ${stack} contains resources of another stack, ${foreign.stack}, so it can't be used to find orphans.`,
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
