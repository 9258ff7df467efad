import type * as engineProto from "@pulumi/pulumi/proto/engine_pb";
import { wellFormed } from "../../runtime/text";

type Severity = "debug" | "info" | "warning";

export interface EngineMessage {
    readonly severity: Severity;
    readonly message: string;
    /** The resource whose row shows the message; undefined for the stack's. */
    readonly urn: string | undefined;
    /** Shown only until the next one comes. */
    readonly ephemeral: boolean;
}

const answerTimeoutMs = 20_000;

/** gRPC's DEADLINE_EXCEEDED and UNAVAILABLE. With any other code somebody has answered. */
const goneCodes: ReadonlySet<number> = new Set([4, 14]);

/** The engine that started this process, as far as messages to it go. */
export interface EngineConnection {
    /**
     * Shows a message after those before it: the engine may take two at a time in the other order, and the last one is
     * what stands in the row. Rejects when the engine does not answer any more.
     */
    send(message: EngineMessage): Promise<void>;
    /** Resolves when the engine has answered all messages, or does not any more. */
    allSent(): Promise<void>;
    /** Whether the engine is there to record what comes of a call. */
    isThere(): Promise<boolean>;
}

/**
 * Connects to the engine that runs this process. The SDK's own logging has no connection to the engine in the
 * process of a dynamic provider, but the engine passes its address to it as the last argument.
 *
 * @returns undefined where there is no engine: in a unit test, say.
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
            // An engine that is gone refuses the connection at once; one that hangs must not hold us.
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
                // Of the engine's few calls the one that changes and shows nothing.
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
        options: { deadline: number },
        callback: (error: Error | null) => void,
    ): void;
    getRootResource(
        request: engineProto.GetRootResourceRequest,
        options: { deadline: number },
        callback: (error: (Error & { readonly code: number }) | null) => void,
    ): void;
}

/**
 * Only now are the generated client and gRPC loaded: they are the SDK's own copies, which the process of a
 * dynamic provider has in memory already.
 */
function loadClient(address: string): {
    client: EngineClient;
    requests: typeof engineProto;
    severities: Readonly<Record<Severity, engineProto.LogSeverity>>;
} {
    /* eslint-disable @typescript-eslint/no-require-imports -- loaded late, on purpose */
    const requests = require("@pulumi/pulumi/proto/engine_pb") as typeof engineProto;
    const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb") as {
        EngineClient: new (address: string, credentials: unknown) => EngineClient;
    };
    const sdk = require.resolve("@pulumi/pulumi");
    const grpc = require(require.resolve("@grpc/grpc-js", { paths: [sdk] })) as {
        credentials: { createInsecure(): unknown };
    };
    /* eslint-enable @typescript-eslint/no-require-imports */
    const { DEBUG, INFO, WARNING } = requests.LogSeverity;
    return {
        client: new EngineClient(address, grpc.credentials.createInsecure()),
        requests,
        severities: { debug: DEBUG, info: INFO, warning: WARNING },
    };
}
