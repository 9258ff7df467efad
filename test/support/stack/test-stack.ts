/** A resource of a test's program. */
export interface TestResource {
    readonly name: string;
    /** Default: a snapshot of one instance. */
    readonly type?: "fleet";
    readonly args?: Readonly<Record<string, unknown>>;
    /** Look this id up instead of creating. */
    readonly get?: string;
    /** Put out the fleet's snapshot of this instance, and that of this disk. */
    readonly lookUp?: { readonly instanceId: string; readonly diskId: string };
    /** Take the instanceId from another resource's output. */
    readonly instanceOf?: string;
    /** The way that the program gives `linux`: the texts as secrets, or all of it by a transform. Default: in clear. */
    readonly linuxBy?: "secrets" | "transforms" | "transformations";
    /** The name of a component to be its parent. */
    readonly parent?: string;
    readonly options?: Readonly<Record<string, unknown>>;
}

export interface CommandResult {
    readonly code: number;
    /** Standard output and error, in the order in which they came. */
    readonly output: string;
}

export interface ProgramResult {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** A resource as it is in the state. */
export interface StateResource {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly initErrors?: readonly string[];
    readonly external?: boolean;
    readonly retainOnDelete?: boolean;
    /** Tells whether the resource was replaced and waits for its deletion. */
    readonly delete?: boolean;
}

export interface StackOptions {
    /** Changes to the environment; undefined removes a variable. */
    readonly environment?: Readonly<Record<string, string | undefined>>;
    /** Configuration of the stack. Default: the emulator's region. */
    readonly config?: Readonly<Record<string, string>>;
    /** Default: `test`. */
    readonly stackName?: string;
}

/** A command that runs while the test acts on it. */
export interface RunningCommand {
    /** The result, once the command has ended. */
    readonly ended: Promise<CommandResult>;
    /** Sends Ctrl-C: the first one lets running steps finish, the second one does not. */
    readonly interrupt: () => void;
    /** Makes another resource of the program fail, so that no further step begins and the program ends. */
    readonly failSibling: () => void;
    /** Kills the engine, so that nobody records anything any more. */
    readonly killEngine: () => Promise<void>;
    /** Kills the provider's process. */
    readonly killProvider: () => Promise<void>;
}

/**
 * A stack with a state of its own: that of the real engine, or of the client that calls the provider's process as
 * the engine does.
 */
export interface TestStack {
    readonly name: string;
    /** The stack's own folder, removed with it. */
    readonly folder: string;
    up(resources: readonly TestResource[], ...flags: string[]): Promise<CommandResult>;
    preview(resources: readonly TestResource[], ...flags: string[]): Promise<CommandResult>;
    refresh(...flags: string[]): Promise<CommandResult>;
    destroy(...flags: string[]): Promise<CommandResult>;
    /** Starts an update and leaves it to the test. */
    startUp(resources: readonly TestResource[]): RunningCommand;
    startDestroy(): RunningCommand;
    /** Removes the lock that a killed command may have left, as `pulumi cancel` does. */
    unlock(): Promise<void>;
    /** Sets a value in the configuration. */
    setConfig(key: string, value: string): Promise<void>;
    /** Sets a secret in the configuration. */
    setSecret(key: string, value: string): Promise<void>;
    /** The ids of the provider's processes that are alive. */
    providerProcesses(): Promise<number[]>;
    /** Kills all processes that its commands have left running. */
    killAll(): Promise<void>;
    /** The outputs of the program, by resource. */
    outputs(): Promise<Record<string, Record<string, unknown>>>;
    /** The snapshots and fleets in the state. */
    snapshots(): Promise<StateResource[]>;
    /** Runs another program in the environment of the stack's updates. Default folder: that of the Pulumi program. */
    runProgram(file: string, args: readonly string[], cwd?: string): Promise<ProgramResult>;
    /** The text of the state as written so far, while a command may be at work. */
    writtenState(): Promise<string>;
    /** Creates another stack with the same emulator. */
    another(options: StackOptions): Promise<TestStack>;
    remove(): Promise<void>;
}
