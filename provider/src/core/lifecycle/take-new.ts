import type { Context } from "../../cloud/context";
import { only } from "../../errors/outcome";
import { warnAll } from "../../runtime/logger";
import { createTimeoutSeconds } from "../inputs/deadline";
import { commandTimeoutSeconds } from "../inputs/timeouts";
import { attachRole } from "../role/role";
import { announceTemporaryRole, withTemporaryRole } from "../role/temporary-role";
import { deliveryMs } from "../run/script-delivery";
import type { RunResults } from "../run/snapshot-result";
import type { CreateRequest } from "./create-request";
import { readyInstance } from "./ready-instance";
import { type RepeatOptions, runUntilConcluded } from "./repeated-runs";
import { rolePropagationMs } from "./retries";

export interface TakeOptions extends Pick<RepeatOptions, "start" | "closing" | "noteFailure"> {
    /** The warnings besides those about the instance. */
    readonly warnings: readonly string[];
}

/** Takes a new snapshot of an instance. */
export async function takeNew(
    context: Context,
    request: CreateRequest,
    { warnings, ...services }: TakeOptions,
): Promise<RunResults> {
    const { specification, stack } = request;
    const { instanceId, ramRoleName, roleAttachment } = specification;
    // Until the operating system is known, use the longer time limit: that of Linux, with its scripts.
    const timeoutMs = createTimeoutSeconds(specification, "linux") * 1000;
    const deadline = context.clock.now() + timeoutMs;
    const found = await readyInstance(context, request, deadline);
    warnAll(context.log, found.warnings);
    const readiness = { ...found, warnings: [...warnings, ...found.warnings] };
    const attaches = readiness.attachedRole === undefined;
    const detach = attaches && roleAttachment === "temporary" ? ramRoleName : undefined;
    const temporary = detach === undefined ? undefined : { instanceIds: [instanceId], ramRoleName, stack };
    return withTemporaryRole(context, temporary, async () => {
        if (temporary !== undefined) {
            const longest = commandTimeoutSeconds(readiness.osType, specification.linux) * 1000;
            const before = rolePropagationMs + deliveryMs;
            // Other updates compare it with the cloud's clock.
            const now = context.api.answeredAt() ?? context.clock.now();
            const expires = now + before + longest + timeoutMs;
            await announceTemporaryRole(context, instanceId, { ramRoleName, stack, expires });
        }
        if (attaches) {
            only(await attachRole(context, [instanceId], ramRoleName), instanceId);
        }
        const ready = new Map([[instanceId, readiness]]);
        return runUntilConcluded(context, request, ready, { ...services, detach, deadline });
    });
}
