// The first step: the package's own check of the instance.

/** The exit codes of the CLI. */
const WRONG_USAGE = 2;

/**
 * Tells whether the instance is ready for snapshots.
 *
 * @param {import("./stack.mjs").Stack} stack
 * @returns {Promise<boolean>}
 */
export async function preflight(stack) {
    const { instanceId, region, ramRole, roleAttachment } = stack.setting.target;
    const { code } = await stack.appSnapshot(
        [
            ...["doctor", "--instance-id", instanceId, "--region", region, "--run"],
            ...["--ram-role", ramRole, "--role-attachment", roleAttachment],
        ],
        { callsFile: stack.callsFile("doctor") },
    );
    // TODO(doctor): remove when the CLI has the command.
    if (code === WRONG_USAGE) return true;
    return code === 0;
}
