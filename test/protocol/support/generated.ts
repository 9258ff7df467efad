import type { Metadata } from "@grpc/grpc-js";
import type * as provider from "@pulumi/pulumi/proto/provider_pb";

import { inClear } from "../../support/stack/secrets";

/** gRPC and the generated code of the provider's protocol: the SDK's own copies. */

/** Converts a JSON object to a value of the protocol and back. */
interface Struct {
    toJavaScript(): Record<string, unknown>;
}

interface Any {
    unpack<T>(deserialize: (bytes: Uint8Array) => T, name: string): T | null;
}

export type Call<Request, Response> = (
    request: Request,
    callback: (error: ServiceError | null, response: Response) => void,
) => void;

/** The details of a failed call. */
export interface ServiceError extends Error {
    readonly code: number;
    readonly details: string;
    readonly metadata: Metadata;
}

/** The calls that the engine makes to a dynamic provider. */
export interface ProviderClient {
    readonly configure: Call<provider.ConfigureRequest, provider.ConfigureResponse>;
    readonly check: Call<provider.CheckRequest, provider.CheckResponse>;
    readonly diff: Call<provider.DiffRequest, provider.DiffResponse>;
    readonly create: Call<provider.CreateRequest, provider.CreateResponse>;
    readonly read: Call<provider.ReadRequest, provider.ReadResponse>;
    readonly update: Call<provider.UpdateRequest, provider.UpdateResponse>;
    readonly delete: Call<provider.DeleteRequest, unknown>;
    close(): void;
}

/* eslint-disable @typescript-eslint/no-require-imports -- found from the SDK's place */
const sdk = { paths: [require.resolve("@pulumi/pulumi")] };

const grpc = require(require.resolve("@grpc/grpc-js", sdk)) as typeof import("@grpc/grpc-js");

const { Struct: structs } = require(require.resolve("google-protobuf/google/protobuf/struct_pb.js", sdk)) as {
    readonly Struct: { fromJavaScript(values: object): never };
};

const { Status } = require("@pulumi/pulumi/proto/status_pb") as {
    readonly Status: { deserializeBinary(bytes: Uint8Array): { getDetailsList(): Any[] } };
};

const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
    readonly ResourceProviderClient: new (
        address: string,
        credentials: unknown,
        options: object,
    ) => ProviderClient;
};

export const messages = require("@pulumi/pulumi/proto/provider_pb") as typeof provider;
/* eslint-enable @typescript-eslint/no-require-imports */

export function connect(address: string): ProviderClient {
    // A state with many snapshots is larger than gRPC's own limit, as the engine knows too.
    const options = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
    return new ResourceProviderClient(address, grpc.credentials.createInsecure(), options);
}

/** Converts a JSON object to the protocol's form. */
export function toStruct(values: object): never {
    // Like the engine, this leaves undefined properties out.
    return structs.fromJavaScript(JSON.parse(JSON.stringify(values)) as object);
}

/** An answer of the provider. Its secrets are in clear, as the engine sends them back. */
export function fromStruct(struct: unknown): Record<string, unknown> {
    return struct === undefined ? {} : inClear((struct as Struct).toJavaScript());
}

/** Reads from an error the resource that exists although its creation or update failed, if there is one. */
export function initializationFailure(error: ServiceError): provider.ErrorResourceInitFailed | undefined {
    const [details] = error.metadata.get("grpc-status-details-bin");
    if (!Buffer.isBuffer(details)) {
        return undefined;
    }
    const [failure] = Status.deserializeBinary(details).getDetailsList();
    const read = (bytes: Uint8Array): provider.ErrorResourceInitFailed =>
        messages.ErrorResourceInitFailed.deserializeBinary(bytes);
    return failure?.unpack(read, "pulumirpc.ErrorResourceInitFailed") ?? undefined;
}
