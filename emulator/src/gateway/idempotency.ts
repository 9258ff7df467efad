import { ApiError, type Body } from "../refusals/api-error";

interface Remembered {
    params: string;
    /** Absent while the first call is in progress. */
    body: Body | undefined;
}

/** Remembers calls by their ClientToken, so that a repeated one has no second effect. */
export class Idempotency {
    private readonly calls = new Map<string, Remembered>();

    /** Runs a call, or gives the answer of the one it repeats. A call that fails is forgotten. */
    async once(
        caller: { readonly accessKeyId: string; readonly action: string; readonly token: string },
        params: ReadonlyMap<string, string>,
        call: () => Promise<Body>,
    ): Promise<Body> {
        const key = JSON.stringify([caller.accessKeyId, caller.action, caller.token]);
        const fingerprint = JSON.stringify([...params].sort(([a], [b]) => (a < b ? -1 : 1)));
        const known = this.calls.get(key);
        if (known !== undefined) {
            return answered(known, fingerprint);
        }
        const remembered: Remembered = { params: fingerprint, body: undefined };
        this.calls.set(key, remembered);
        try {
            return (remembered.body = await call());
        } catch (thrown) {
            this.calls.delete(key);
            throw thrown;
        }
    }
}

function answered(known: Remembered, fingerprint: string): Body {
    if (known.params !== fingerprint) {
        throw new ApiError(
            403,
            "IdempotentParameterMismatch",
            "The request uses the same client token as a previous, but non-identical request.",
        );
    }
    if (known.body === undefined) {
        throw new ApiError(
            403,
            "IdempotentProcessing",
            "The previous idempotent request is still processing.",
        );
    }
    return known.body;
}
