import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

import { firstLine } from "../../support/first-line";
import {
    type Call,
    connect,
    fromStruct,
    initializationFailure,
    messages,
    type ProviderClient,
    type ServiceError,
    toStruct,
} from "./generated";

export type Values = Readonly<Record<string, unknown>>;

/** The provider's answer to a creation or an update. */
export interface Kept {
    readonly id: string;
    readonly outputs: Values;
    /** The reasons why the resource is not finished, if so; the engine keeps them with the resource. */
    readonly reasons: readonly string[];
}

/** A failure after which there is nothing to record. */
export class ProviderError extends Error {}

export interface Difference {
    readonly changes: "none" | "some" | "unknown";
    readonly replaces: readonly string[];
}

/** Much longer than the engine's five seconds: only a hanging process takes so long on a busy machine. */
const graceMs = 600_000;

const program = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");

/** The runtime's process for dynamic providers, started and called as by the engine. */
export class ProviderProcess {
    private killed = false;

    private constructor(
        private readonly child: ChildProcess,
        private readonly client: ProviderClient,
    ) {}

    /**
     * @param engineAddress the engine's own gRPC address.
     * @param folder the folder of the Pulumi program, from which packages are loaded.
     * @param onError receives the process's standard error.
     */
    static async start(
        engineAddress: string,
        folder: string,
        environment: NodeJS.ProcessEnv,
        config: Readonly<Record<string, string>>,
        onError: (text: string) => void,
    ): Promise<ProviderProcess> {
        const child = spawn(process.execPath, [program, engineAddress], {
            cwd: folder,
            env: environment,
            stdio: ["ignore", "pipe", "pipe"],
        });
        child.stderr.setEncoding("utf8").on("data", onError);
        // It prints the port that it listens on, and nothing else.
        const port = await firstLine(child, "the provider's process");
        const client = connect(`127.0.0.1:${port}`);
        const request = new messages.ConfigureRequest();
        request.setArgs(toStruct(config));
        await call(client, client.configure, request);
        return new ProviderProcess(child, client);
    }

    get pid(): number {
        return this.child.pid ?? 0;
    }

    get hasEnded(): boolean {
        return this.child.exitCode !== null || this.child.signalCode !== null;
    }

    /** @returns the inputs that the resource gets, and the reasons why they are refused. */
    async check(
        olds: Values,
        news: Values,
    ): Promise<{ readonly inputs: Values; readonly reasons: string[] }> {
        const request = new messages.CheckRequest();
        request.setOlds(toStruct(olds));
        request.setNews(toStruct(news));
        const response = await call(this.client, this.client.check, request);
        return {
            inputs: fromStruct(response.getInputs()),
            reasons: response.getFailuresList().map((failure) => failure.getReason()),
        };
    }

    async diff(id: string, outputs: Values, news: Values): Promise<Difference> {
        const request = new messages.DiffRequest();
        request.setId(id);
        request.setOlds(toStruct(outputs));
        request.setNews(toStruct(news));
        const response = await call(this.client, this.client.diff, request);
        const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
        const changes = response.getChanges();
        return {
            changes: changes === DIFF_NONE ? "none" : changes === DIFF_SOME ? "some" : "unknown",
            replaces: response.getReplacesList(),
        };
    }

    async create(inputs: Values): Promise<Kept> {
        const request = new messages.CreateRequest();
        request.setProperties(toStruct(inputs));
        return this.kept(async () => {
            const response = await call(this.client, this.client.create, request);
            return { id: response.getId(), outputs: fromStruct(response.getProperties()), reasons: [] };
        });
    }

    async update(id: string, outputs: Values, news: Values): Promise<Kept> {
        const request = new messages.UpdateRequest();
        request.setId(id);
        request.setOlds(toStruct(outputs));
        request.setNews(toStruct(news));
        return this.kept(async () => {
            const response = await call(this.client, this.client.update, request);
            return { id, outputs: fromStruct(response.getProperties()), reasons: [] };
        });
    }

    /** @returns undefined if the resource no longer exists. */
    async read(id: string, properties: Values): Promise<Kept | undefined> {
        const request = new messages.ReadRequest();
        request.setId(id);
        request.setProperties(toStruct(properties));
        const response = await call(this.client, this.client.read, request);
        return response.getId() === ""
            ? undefined
            : { id: response.getId(), outputs: fromStruct(response.getProperties()), reasons: [] };
    }

    async delete(id: string, outputs: Values): Promise<void> {
        const request = new messages.DeleteRequest();
        request.setId(id);
        request.setProperties(toStruct(outputs));
        await call(this.client, this.client.delete, request);
    }

    /**
     * Asks the process to end, as the engine does after each command, and waits until it has.
     *
     * @throws Error if it does not end.
     */
    async end(): Promise<void> {
        const exit = this.exit();
        this.child.kill("SIGINT");
        const timer = setTimeout(() => this.child.kill("SIGKILL"), graceMs);
        await exit;
        clearTimeout(timer);
        this.client.close();
        if (this.child.signalCode === "SIGKILL" && !this.killed) {
            throw new Error("the provider's process did not end when it was asked to");
        }
    }

    /** Abandons the process, as the engine's death does: nobody calls it or reads its output any more. */
    leave(): void {
        this.client.close();
        this.child.stdout?.destroy();
        this.child.stderr?.destroy();
    }

    async kill(): Promise<void> {
        this.killed = true;
        this.client.close();
        const exit = this.exit();
        this.child.kill("SIGKILL");
        await exit;
    }

    /** Waits until it has ended, for whatever reason. */
    async exit(): Promise<void> {
        if (!this.hasEnded) {
            await once(this.child, "exit");
        }
    }

    private async kept(task: () => Promise<Kept>): Promise<Kept> {
        try {
            return await task();
        } catch (thrown) {
            const failure = initializationFailure((thrown as ProviderCallError).cause);
            if (failure === undefined) {
                throw thrown;
            }
            return {
                id: failure.getId(),
                outputs: fromStruct(failure.getProperties()),
                reasons: failure.getReasonsList(),
            };
        }
    }
}

/** An answer that says that a call failed. */
class ProviderCallError extends ProviderError {
    override readonly cause: ServiceError;

    constructor(cause: ServiceError) {
        super(cause.details, { cause });
        this.cause = cause;
    }
}

function call<Request, Response>(
    client: ProviderClient,
    method: Call<Request, Response>,
    request: Request,
): Promise<Response> {
    return new Promise((resolve, reject) => {
        method.call(client, request, (error, response) => {
            if (error === null) {
                resolve(response);
            } else {
                reject(new ProviderCallError(error));
            }
        });
    });
}
