import type { Context } from "../../cloud/context";
import { type Command, exitCodes } from "../command/command";
import { UsageError } from "../command/command-error";
import type { Services } from "../command/services";
import { type OrphansArguments, parseArguments, synopsis, usage } from "./arguments";
import type { Orphan } from "./orphan";
import { isRemovable, type Removal, removeOrphan } from "./removal";
import { findingsText, isRetained, json, removalText } from "./report";
import { search } from "./search";
import { readState } from "./stack";
import { partId } from "./stack-state";

const orphansLeft = 3;

export const orphansCommand: Command = {
    name: "orphans",
    summary: "finds, and on request deletes, snapshots and temporary roles that no state contains",
    synopsis,
    usage,
    run: (args, services) => orphans(parseArguments(args), services),
};

async function orphans(args: OrphansArguments, services: Services): Promise<number> {
    const { removal } = args;
    if (removal !== undefined && !removal.yes && services.confirm === undefined) {
        throw new UsageError("there is no terminal for the confirmation: --delete needs --yes");
    }
    const { findings, contexts } = await search(args, services);
    const text = findingsText(findings);
    if (removal === undefined) {
        services.print(args.json ? json(findings, []) : text);
        return findings.orphans.every(isRetained) ? exitCodes.done : orphansLeft;
    }
    const show = args.json ? services.note : services.print;
    show(text);
    const removable = findings.orphans.filter((orphan) => isRemovable(orphan, removal));
    const agreed = await isConfirmed(removable, removal.yes, services);
    const removals = agreed
        ? await removeAll(args, { found: findings.orphans, removable }, contexts, services)
        : [];
    if (args.json) {
        services.print(json(findings, removals));
    }
    return exitCodeOf(findings.orphans, removals);
}

async function isConfirmed(
    removable: readonly Orphan[],
    yes: boolean,
    { note, confirm }: Services,
): Promise<boolean> {
    if (removable.length === 0) {
        return false;
    }
    note("\nA running update of the stack may be using one of these. Make sure that no update is running.\n");
    return yes || (await confirm?.(`Delete these ${removable.length}? [y/N] `)) === true;
}

/** Removes orphans one after the other, except for those that the state now holds. */
async function removeAll(
    args: OrphansArguments,
    { found, removable }: { readonly found: readonly Orphan[]; readonly removable: readonly Orphan[] },
    contexts: ReadonlyMap<string, Context>,
    { runPulumi, print, note }: Services,
): Promise<Removal[]> {
    const { known } = await readState(runPulumi, args.stack);
    const removals: Removal[] = [];
    const removed = new Set<Orphan>();
    for (const orphan of removable) {
        const context = contexts.get(orphan.regionId);
        if (context !== undefined) {
            const removal = isKnown(orphan, known)
                ? { orphan, outcome: "skipped" as const, message: "the state holds it now" }
                : await removeOrphan(context, orphan, { found, removed });
            if (removal.outcome === "removed") {
                removed.add(orphan);
            }
            (args.json ? note : print)(removalText(removal));
            removals.push(removal);
        }
    }
    return removals;
}

function isKnown(orphan: Orphan, known: ReadonlySet<string>): boolean {
    if (orphan.kind === "ram-role") {
        return false;
    }
    const { id, instanceId, run } = orphan;
    return known.has(id) || known.has(run.invokeId) || known.has(partId(run.invokeId, instanceId));
}

/** Returns the exit code. Retained snapshots count only if their removal was tried. */
function exitCodeOf(found: readonly Orphan[], removals: readonly Removal[]): number {
    if (removals.some(({ outcome }) => outcome === "failed")) {
        return exitCodes.failed;
    }
    const removed = new Set(
        removals.filter(({ outcome }) => outcome === "removed").map(({ orphan }) => orphan),
    );
    const tried = new Set(removals.map(({ orphan }) => orphan));
    const left = found.filter((orphan) => !removed.has(orphan));
    return left.every((orphan) => isRetained(orphan) && !tried.has(orphan)) ? exitCodes.done : orphansLeft;
}
