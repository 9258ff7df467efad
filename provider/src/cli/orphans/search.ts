import { resolveSettings, type Settings } from "../../cloud/configuration/settings";
import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { stackOf } from "../../core/run/run";
import { CommandError } from "../command/command-error";
import { readConfig } from "../command/pulumi";
import type { Services } from "../command/services";
import type { OrphansArguments } from "./arguments";
import { identify, parseStackName } from "./identity";
import type { Orphan } from "./orphan";
import { findProject } from "./project-file";
import type { Findings } from "./report";
import { scan } from "./scan";
import { readFullName, readState } from "./stack";
import type { Owner, StackState } from "./stack-state";

/** The findings, and a context for each region. */
export interface SearchResult {
    readonly findings: Findings;
    readonly contexts: ReadonlyMap<string, Context>;
}

/** Searches all regions for orphans of the stack. */
export async function search(args: OrphansArguments, services: Services): Promise<SearchResult> {
    const { stack, project } = parseStackName(args.stack);
    const file = await findProject(services.folder);
    const state = await readState(services.runPulumi, args.stack);
    // The backend names the organization, as the program does, even if --stack does not.
    const { organization } = parseStackName(await readFullName(services.runPulumi, args.stack));
    const owner = identify(stack, state.owners, [
        ...(project === undefined ? [] : [{ by: "--stack", project }]),
        ...(args.project === undefined ? [] : [{ by: "--project", project: args.project }]),
        ...(file === undefined ? [] : [file]),
    ]);
    const settings = await settingsOf(args, file !== undefined, services);
    const regions = regionsOf(args, state, settings);
    const contexts = new Map(regions.map((region) => [region, services.connect(settings, region)]));
    const orphans: Orphan[] = [];
    for (const context of contexts.values()) {
        orphans.push(...(await scanRegion(context, owner, organization, state.known)));
    }
    return { findings: { owner, regions, orphans }, contexts };
}

/** Resolves the settings as the provider does. */
async function settingsOf(
    args: OrphansArguments,
    inProject: boolean,
    { environment, runPulumi, note }: Services,
): Promise<Settings> {
    if (!inProject) {
        note(
            "There is no Pulumi.yaml here or above, so the stack's configuration is not read: the environment alone counts.\n",
        );
        return resolveSettings(() => undefined, environment);
    }
    return resolveSettings(await readConfig(runPulumi, args.stack), environment);
}

function regionsOf(args: OrphansArguments, state: StackState, settings: Settings): string[] {
    const named = [...state.regions, settings.regionId, ...args.regions];
    const regions = [...new Set(named.filter((region) => region !== undefined))];
    if (regions.length === 0) {
        throw new CommandError(
            "No region is known: the state holds no snapshot, and neither the configuration nor the environment names one. Name it with --region.",
        );
    }
    return regions;
}

async function scanRegion(
    context: Context,
    { stack, project }: Owner,
    organization: string | undefined,
    known: ReadonlySet<string>,
): Promise<Orphan[]> {
    try {
        const { namespace } = context;
        const identity = { urn: `urn:pulumi:${stack}::${project}`, organization, namespace };
        return await scan(context, stackOf(identity), known);
    } catch (thrown) {
        throw new CommandError(`${context.regionId}: ${asAppSnapshotError(thrown).shownMessage}`);
    }
}
