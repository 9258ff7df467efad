import type { Environment, Settings } from "../../cloud/configuration/settings";
import type { Context } from "../../cloud/context";
import type { RunPulumi } from "./pulumi";

/** The properties of the terminal to which `print` writes, if it is one. */
export interface Terminal {
    /** Its width. Default: it is not known, or no terminal. */
    readonly columns?: number | undefined;
    readonly colours: boolean;
}

export interface ConnectOptions {
    /** Receives what the context is doing. Default: nobody does. */
    readonly onStatus?: (message: string) => void;
    /** Ends the context's waits. Default: none. */
    readonly signal?: AbortSignal;
}

/** The services of the command, which a test replaces. */
export interface Services {
    readonly environment: Environment;
    /** The folder that the command is run in. */
    readonly folder: string;
    readonly runPulumi: RunPulumi;
    readonly connect: (settings: Settings, regionId: string, options?: ConnectOptions) => Context;
    /** Returns a signal for Ctrl-C, which then no longer ends the process. A second Ctrl-C does. */
    readonly interruption: () => AbortSignal;
    /** Writes the requested output, and nothing else, to standard output. */
    readonly print: (text: string) => void;
    /** Writes to standard error. */
    readonly note: (text: string) => void;
    readonly terminal: Terminal;
    /** Reads standard input to its end. */
    readonly readInput: () => Promise<string>;
    /** Asks a question; undefined if there is no terminal. */
    readonly confirm: ((question: string) => Promise<boolean>) | undefined;
}
