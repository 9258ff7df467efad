import type { Environment, Settings } from "../cloud/configuration/settings";
import type { Context } from "../cloud/context";
import type { RunPulumi } from "./pulumi";

/** Everything that varies between a real run and a test. */
export interface Services {
    readonly environment: Environment;
    /** Where the command is run. */
    readonly folder: string;
    readonly runPulumi: RunPulumi;
    readonly connect: (settings: Settings, regionId: string) => Context;
    /** To standard output: what was asked for, and nothing else. */
    readonly print: (text: string) => void;
    /** To standard error. */
    readonly note: (text: string) => void;
    /** Asks a question; undefined where there is nobody to ask. */
    readonly confirm: ((question: string) => Promise<boolean>) | undefined;
}
