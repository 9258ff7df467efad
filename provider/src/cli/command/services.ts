import type { Environment, Settings } from "../../cloud/configuration/settings";
import type { Context } from "../../cloud/context";
import type { RunPulumi } from "./pulumi";

/** The services of the command, which a test replaces. */
export interface Services {
    readonly environment: Environment;
    /** The folder that the command is run in. */
    readonly folder: string;
    readonly runPulumi: RunPulumi;
    readonly connect: (settings: Settings, regionId: string) => Context;
    /** Writes the requested output, and nothing else, to standard output. */
    readonly print: (text: string) => void;
    /** Writes to standard error. */
    readonly note: (text: string) => void;
    /** Asks a question; undefined if there is no terminal. */
    readonly confirm: ((question: string) => Promise<boolean>) | undefined;
}
