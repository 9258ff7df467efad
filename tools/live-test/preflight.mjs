// The first step: the package's own check of the instance.

/**
 * Tells whether the instance is ready for snapshots.
 *
 * @param {import("./stack.mjs").Stack} stack
 * @returns {Promise<boolean>}
 */
export async function preflight(stack) {
    const { instanceId, region, ramRole, roleAttachment } = stack.setting.target;
    const { succeeded } = await stack.appSnapshot(
        [
            ...["doctor", "--instance-id", instanceId, "--region", region, "--run"],
            ...["--ram-role", ramRole, "--role-attachment", roleAttachment],
        ],
        { callsFile: stack.callsFile("doctor") },
    );
    return succeeded;
}
