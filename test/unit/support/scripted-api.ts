import type { EcsApi } from "../../../provider/src/cloud/ecs/api";
import { ApiCallError } from "../../../provider/src/cloud/ecs/api-error";

export interface Call {
    readonly operation: keyof EcsApi;
    readonly args: readonly unknown[];
}

/** An API that answers from a script, fails the test on any other call, and lists all calls. */
export interface ScriptedApi extends EcsApi {
    readonly calls: Call[];
    /** The names of the operations called, in order. */
    operations(): (keyof EcsApi)[];
    /** The arguments of every call of an operation. */
    argumentsOf(operation: keyof EcsApi): (readonly unknown[])[];
}

const operations = [
    "describeInstances",
    "describeDisks",
    "describeCloudAssistantStatus",
    "describeInstanceRamRole",
    "attachInstanceRamRole",
    "detachInstanceRamRole",
    "runCommand",
    "dryRunCommand",
    "sendFile",
    "describeSendFileResults",
    "describeInvocations",
    "describeInvocationResults",
    "describeSnapshotGroups",
    "modifySnapshotGroup",
    "groupExistence",
    "deleteSnapshotGroup",
    "describeSnapshotIds",
    "mayDescribeSnapshots",
    "deleteSnapshot",
    "describeImageIds",
    "tagResources",
    "untagResources",
] as const satisfies readonly Exclude<keyof EcsApi, "answeredAt">[];

/** The limit of calls: in virtual time an endless loop would hang the test instead of failing it. */
const mostCalls = 20_000;

export function scriptedApi(script: Partial<EcsApi> = {}): ScriptedApi {
    const calls: Call[] = [];
    const answers = script as unknown as Partial<
        Record<keyof EcsApi, (...args: unknown[]) => Promise<unknown>>
    >;
    const recorded = operations.map((operation) => [
        operation,
        (...args: unknown[]): Promise<unknown> => {
            calls.push({ operation, args });
            if (calls.length > mostCalls) {
                return Promise.reject(new Error("The calls come to no end."));
            }
            const answer = answers[operation];
            return answer === undefined
                ? Promise.reject(new Error(`The script has no answer to ${operation}.`))
                : answer(...args);
        },
    ]);
    return {
        ...(Object.fromEntries(recorded) as unknown as EcsApi),
        answeredAt: () => undefined,
        ...(script.answeredAt === undefined ? {} : { answeredAt: script.answeredAt }),
        calls,
        operations: () => calls.map((call) => call.operation),
        argumentsOf: (operation) =>
            calls.filter((call) => call.operation === operation).map((call) => call.args),
    };
}

/** Returns a function that answers in this order and repeats the last answer. An error among them is thrown. */
export function inTurn<T>(...answers: readonly (T | Error)[]): () => Promise<T> {
    let next = 0;
    return () => {
        const answer = answers[Math.min(next, answers.length - 1)] as T | Error;
        next += 1;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    };
}

/** Returns an error answer of the API, as the real client returns it after its retries. */
export function apiError(code: string, operation = "Operation"): ApiCallError {
    return new ApiCallError(operation, code, `the API's words for ${code}`, "never", "REQUEST-1");
}
