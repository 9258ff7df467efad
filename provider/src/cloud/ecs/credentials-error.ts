import { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { ErrorEntry } from "../../errors/error-entry";
import { ApiCallError, type RetryClass } from "./api-error";

/** A call that lacked credentials, but may succeed soon; without a code, which could pass for the ECS API's. */
export class CredentialsError extends ApiCallError {
    constructor(
        private readonly entry: ErrorEntry,
        detail: string,
        retryClass: RetryClass,
    ) {
        super("credentials", undefined, detail, retryClass);
        this.name = "CredentialsError";
        this.message = `${entry.cause}: ${detail}`;
    }

    override toAppSnapshotError(instanceId?: string): AppSnapshotError {
        return new AppSnapshotError(this.entry, { instanceId, detail: this.description, cause: this });
    }
}
