/** Returns the error that a promise rejects with; a promise that resolves fails the test. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
    let value: unknown;
    try {
        value = await promise;
    } catch (thrown) {
        if (thrown instanceof Error) {
            return thrown;
        }
        throw new Error(`Rejected with something that is no error: ${String(thrown)}`, { cause: thrown });
    }
    throw new Error(`Resolved, with ${JSON.stringify(value)}.`);
}

type Constructor<T> = abstract new (...args: never[]) => T;

/** Does the same as `rejection` for an error of one class. */
export async function rejectionOf<T extends Error>(
    type: Constructor<T>,
    promise: Promise<unknown>,
): Promise<T> {
    const error = await rejection(promise);
    if (error instanceof type) {
        return error;
    }
    throw new Error(`Rejected with another error: ${error.name}: ${error.message}`, { cause: error });
}

/** Returns the error of one class that a function throws. */
export function thrownBy<T extends Error>(type: Constructor<T>, task: () => unknown): T {
    try {
        task();
    } catch (thrown) {
        if (thrown instanceof type) {
            return thrown;
        }
        throw thrown;
    }
    throw new Error("Nothing was thrown.");
}
