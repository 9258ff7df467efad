import type { Body } from "../api-error";
import type { Fault } from "../faults";
import type { Context, Operation } from "../operations/operation";
import type { Arguments } from "../parameters/arguments";

/** Runs an operation as the fault has it: for real, with a failure of every item, or with nothing found. */
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
    return fault?.kind === "miss" ? emptied(body) : body;
}

/** The same answer with nothing in its lists. */
function emptied(body: Body): Body {
    return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, emptiedValue(name, value)]));
}

function emptiedValue(name: string, value: unknown): unknown {
    if (Array.isArray(value)) {
        return [];
    }
    if (typeof value === "object" && value !== null) {
        return emptied(value as Body);
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
