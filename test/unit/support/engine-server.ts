import type { Server, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";

/** A message for the engine to show. */
export interface ShownMessage {
    readonly severity: number;
    readonly message: string;
    readonly urn: string;
    readonly ephemeral: boolean;
}

interface LogRequest {
    getSeverity(): number;
    getMessage(): string;
    getUrn(): string;
    getEphemeral(): boolean;
}

/** The gRPC server of an engine. */
export interface EngineServer {
    readonly address: string;
    readonly shown: ShownMessage[];
    /** Ends the engine at once, like a kill. */
    stop(): void;
}

/** @param knowsRoot tells whether it answers the question for the root resource, which an engine may not know. */
export async function startEngineServer(knowsRoot = true): Promise<EngineServer> {
    const { grpc, service, messages } = load();
    const shown: ShownMessage[] = [];
    const log: UntypedServiceImplementation[string] = (
        { request }: { readonly request: LogRequest },
        answer: (error: null, value: unknown) => void,
    ) => {
        shown.push({
            severity: request.getSeverity(),
            message: request.getMessage(),
            urn: request.getUrn(),
            ephemeral: request.getEphemeral(),
        });
        answer(null, messages.empty());
    };
    const getRootResource: UntypedServiceImplementation[string] = (
        _call: unknown,
        answer: (error: null, value: unknown) => void,
    ) => {
        answer(null, messages.root());
    };
    const server: Server = new grpc.Server();
    server.addService(service, { log, ...(knowsRoot ? { getRootResource } : {}) });
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
            if (error === null) {
                resolve(bound);
            } else {
                reject(error);
            }
        });
    });
    return {
        address: `127.0.0.1:${port}`,
        shown,
        stop: () => {
            server.forceShutdown();
        },
    };
}

/** The SDK's own copies; it ships no types for the service. */
function load(): {
    readonly grpc: typeof import("@grpc/grpc-js");
    readonly service: ServiceDefinition;
    readonly messages: { empty(): unknown; root(): unknown };
} {
    /* eslint-disable @typescript-eslint/no-require-imports -- found from the SDK's place */
    const sdk = require.resolve("@pulumi/pulumi");
    const grpc = require(
        require.resolve("@grpc/grpc-js", { paths: [sdk] }),
    ) as typeof import("@grpc/grpc-js");
    const { EngineService } = require("@pulumi/pulumi/proto/engine_grpc_pb") as {
        readonly EngineService: ServiceDefinition;
    };
    const { GetRootResourceResponse } = require("@pulumi/pulumi/proto/engine_pb") as {
        readonly GetRootResourceResponse: new () => unknown;
    };
    const { Empty } = require(
        require.resolve("google-protobuf/google/protobuf/empty_pb.js", { paths: [sdk] }),
    ) as { readonly Empty: new () => unknown };
    /* eslint-enable @typescript-eslint/no-require-imports */
    return {
        grpc,
        service: EngineService,
        messages: { empty: () => new Empty(), root: () => new GetRootResourceResponse() },
    };
}
