import type { Context, Operation } from "../operations/operation";
import { pageToken } from "../operations/paging";
import type { Arguments } from "../parameters/arguments";
import type { Body } from "../refusals/api-error";
import type { Fault } from "./faults";

/** Runs an operation as the fault has it: as usual, with every item failed, with nothing found, or without an end. */
export async function runFaulty(
    operation: Operation,
    args: Arguments,
    context: Context,
    fault: Fault | undefined,
): Promise<Body> {
    if (fault?.kind === "item-failure" && operation.failItems !== undefined) {
        const { code, message } = fault;
        return operation.failItems(args, context, {
            ...(code === undefined ? {} : { code }),
            ...(message === undefined ? {} : { message }),
        });
    }
    const body = await operation.run(args, context);
    switch (fault?.kind) {
        case "miss":
            return emptied(body);
        case "repeated-token":
            return endless(body, args.text("NextToken") ?? "");
        default:
            return body;
    }
}

/** Returns the same answer with the token of the request, or with some token if it was asked for the beginning. */
function endless(body: Body, token: string): Body {
    return Object.fromEntries(
        Object.entries(body).map(([name, value]) => {
            if (name === "NextToken") {
                const own = typeof value === "string" && value !== "" ? value : pageToken(0);
                return [name, token === "" ? own : token];
            }
            return [name, isBody(value) ? endless(value, token) : value];
        }),
    );
}

function isBody(value: unknown): value is Body {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the same answer with nothing in its lists. */
export function emptied(body: Body): Body {
    return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, emptiedValue(name, value)]));
}

function emptiedValue(name: string, value: unknown): unknown {
    if (Array.isArray(value)) {
        return [];
    }
    if (isBody(value)) {
        return emptied(value);
    }
    switch (name) {
        case "TotalCount":
            return 0;
        case "NextToken":
            return "";
        default:
            return value;
    }
}
