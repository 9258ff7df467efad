import type * as engineProto from "@pulumi/pulumi/proto/engine_pb";

import { wellFormed } from "../../runtime/text";

type Severity = "debug" | "info" | "warning";

export interface EngineMessage {
    readonly severity: Severity;
    readonly message: string;
    /** The resource whose row shows the message; undefined for the stack's row. */
    readonly urn: string | undefined;
    /** Makes the next message replace this one. */
    readonly ephemeral: boolean;
}

const answerTimeoutMs = 20_000;

/** gRPC's DEADLINE_EXCEEDED and UNAVAILABLE. Any other code is an answer. */
const goneCodes: ReadonlySet<number> = new Set([4, 14]);

/** The connection to the engine that started this process. */
export interface EngineConnection {
    /**
     * Shows a message after the previous ones: the engine may reorder two concurrent messages, and the last one stays
     * in the row. Rejects if the engine no longer answers.
     */
    send(message: EngineMessage): Promise<void>;
    /** Resolves when the engine has answered all messages, or no longer answers. */
    allSent(): Promise<void>;
    /** Tells whether the engine still runs, and can record the result of a call. */
    isThere(): Promise<boolean>;
}

/**
 * Connects to the engine that runs this process. The SDK's own logging has no connection to the engine in the
 * process of a dynamic provider, but the engine passes its address as the last argument.
 *
 * @returns undefined if there is no engine, as in a unit test.
 */
export function connectToEngine(argv: readonly string[]): EngineConnection | undefined {
    const address = argv.at(-1);
    if (address === undefined || !/^[\w.[\]:-]+:\d+$/.test(address)) {
        return undefined;
    }
    const { client, requests, severities } = loadClient(address);
    const show = ({ severity, message, urn, ephemeral }: EngineMessage): Promise<void> =>
        new Promise((resolve, reject) => {
            const request = new requests.LogRequest();
            request.setSeverity(severities[severity]);
            request.setMessage(wellFormed(message));
            request.setEphemeral(ephemeral);
            if (urn !== undefined) {
                request.setUrn(urn);
            }
            // An engine that has exited refuses the connection at once; one that hangs must not block us.
            client.log(request, { deadline: Date.now() + answerTimeoutMs }, (error) => {
                if (error === null) {
                    resolve();
                } else {
                    reject(error);
                }
            });
        });
    let sent = Promise.resolve();
    return {
        send: (message) => {
            const shown = sent.then(() => show(message));
            sent = shown.catch(() => undefined);
            return shown;
        },
        allSent: () => sent,
        isThere: () =>
            new Promise((resolve) => {
                // This call of the engine changes and shows nothing.
                const request = new requests.GetRootResourceRequest();
                client.getRootResource(request, { deadline: Date.now() + answerTimeoutMs }, (error) => {
                    resolve(error === null || !goneCodes.has(error.code));
                });
            }),
    };
}

/** The part of the generated client that is used here; the SDK ships no types for it. */
interface EngineClient {
    log(
        request: engineProto.LogRequest,
        options: { readonly deadline: number },
        callback: (error: Error | null) => void,
    ): void;
    getRootResource(
        request: engineProto.GetRootResourceRequest,
        options: { readonly deadline: number },
        callback: (error: (Error & { readonly code: number }) | null) => void,
    ): void;
}

/** Loads the SDK's own copies of client and gRPC, which a dynamic provider's process already has in memory. */
function loadClient(address: string): {
    readonly client: EngineClient;
    readonly requests: typeof engineProto;
    readonly severities: Readonly<Record<Severity, engineProto.LogSeverity>>;
} {
    /* eslint-disable @typescript-eslint/no-require-imports -- loaded late, on purpose */
    const requests = require("@pulumi/pulumi/proto/engine_pb") as typeof engineProto;
    const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb") as {
        readonly EngineClient: new (address: string, credentials: unknown) => EngineClient;
    };
    const sdk = require.resolve("@pulumi/pulumi");
    const grpc = require(require.resolve("@grpc/grpc-js", { paths: [sdk] })) as {
        readonly credentials: { createInsecure(): unknown };
    };
    /* eslint-enable @typescript-eslint/no-require-imports */
    const { DEBUG, INFO, WARNING } = requests.LogSeverity;
    return {
        client: new EngineClient(address, grpc.credentials.createInsecure()),
        requests,
        severities: { debug: DEBUG, info: INFO, warning: WARNING },
    };
}
