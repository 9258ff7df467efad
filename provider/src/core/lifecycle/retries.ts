import type { Context } from "../../cloud/context";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { exponentialDelay } from "../../runtime/backoff";
import { phrases } from "../../runtime/text";
import type { SnapshotSpecification } from "../inputs/specification";
import { mayHaveGroup } from "./failed-run";
import type { FailedEnd } from "./run-end";

/** A newly attached role reaches the instance's metadata within this time. */
export const rolePropagationMs = 120_000;

/** The decision after a failed run. */
export type RetryDecision =
    | {
          readonly again: true;
          readonly afterMs: number;
          /** The status during the pause, for the resource's row. */
          readonly waiting: string;
          /** The reason for the next run, for the same row during that run. */
          readonly since: string;
      }
    | { readonly again: false; readonly error: AppSnapshotError };

export interface RetryOptions {
    readonly specification: Pick<SnapshotSpecification, "instanceId" | "ramRoleName">;
    /** True if the role was just attached, so that the instance may not see it yet. */
    readonly roleIsNew: boolean;
    /** The end of create's time, in epoch milliseconds. */
    readonly deadline: number;
}

/** Returns a function that decides for each failed run, in order, whether another one is known to help. */
export function retries(
    { clock, random }: Pick<Context, "clock" | "random">,
    { specification, roleIsNew, deadline }: RetryOptions,
): (end: FailedEnd) => RetryDecision {
    const { instanceId, ramRoleName } = specification;
    const start = clock.now();
    const roleArrivesBefore = start + (roleIsNew ? rolePropagationMs : 0);
    let attempt = 0;
    let retriedOnce = false;

    return (end) => {
        attempt += 1;
        const { retry, error } = end;
        if (retry === undefined || !helps(end)) {
            return {
                again: false,
                error: retry === "after-attach" && attempt > 1 ? withAttempts(error) : error,
            };
        }
        retriedOnce ||= retry === "once";
        return { again: true, afterMs: pause(retry), ...words(retry, error.code) };
    };

    function helps(end: FailedEnd): boolean {
        if (end.retry === "when-idle") {
            // A group in its output is that of the other snapshot.
            return clock.now() < deadline;
        }
        if (mayHaveGroup(end)) {
            return false;
        }
        return end.retry === "once" ? !retriedOnce : clock.now() < roleArrivesBefore;
    }

    /** Returns the pause before the next run; a longer one if another snapshot is in progress, which takes minutes. */
    function pause(retry: Retry): number {
        return exponentialDelay(attempt, random, {
            firstMs: 1_000,
            longestMs: retry === "when-idle" ? 60_000 : 10_000,
        });
    }

    function words(retry: Retry, code: string): { readonly waiting: string; readonly since: string } {
        const next = `attempt ${attempt + 1}`;
        switch (retry) {
            case "after-attach": {
                const seconds = Math.ceil((roleArrivesBefore - clock.now()) / 1000);
                return {
                    waiting: `waiting, ${seconds}s more, attempt ${attempt}: the RAM role ${ramRoleName}, which was just attached, has not taken effect yet, or it lacks permissions (${code}, ${instanceId})`,
                    since: `${next}: the RAM role ${ramRoleName} had not taken effect yet, or it lacks permissions`,
                };
            }
            case "when-idle":
                return {
                    waiting: `waiting, attempt ${attempt}: another snapshot is in progress (${code}, ${instanceId})`,
                    since: `${next}: another snapshot was in progress`,
                };
            case "once":
                return {
                    waiting: `trying again, attempt ${attempt}: the fault may be transient (${code}, ${instanceId})`,
                    since: `${next}, after ${code}`,
                };
        }
    }

    function withAttempts(error: AppSnapshotError): AppSnapshotError {
        const seconds = Math.round((clock.now() - start) / 1000);
        return error.with({
            detail: phrases(
                error.details.detail,
                `${attempt} attempts were made, for ${seconds} s after the role was attached`,
            ),
        });
    }
}

type Retry = NonNullable<FailedEnd["retry"]>;
