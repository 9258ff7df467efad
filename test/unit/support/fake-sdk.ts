import type { Sdk } from "../../../provider/src/cloud/ecs/sdk-client";

export interface Request {
    readonly operation: string;
    readonly fields: Readonly<Record<string, unknown>>;
}

export type Answer = (request: Request) => unknown;

/** The part of the SDK whose classes take fields and whose client takes their objects. */
export function sdkOf(requests: Request[], answer: Answer): Sdk {
    function Model(this: object, fields: object): void {
        Object.assign(this, fields);
    }
    const models = new Proxy({}, { get: () => Model });
    const client = new Proxy(
        {},
        {
            get:
                (_target, operation: string) =>
                async (fields: Record<string, unknown>): Promise<unknown> => {
                    const request = { operation, fields: { ...fields } };
                    requests.push(request);
                    return Promise.resolve({ body: await answer(request) });
                },
        },
    );
    return { models, client, host: "ecs.example" } as unknown as Sdk;
}
