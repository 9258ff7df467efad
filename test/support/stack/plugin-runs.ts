import type { Emulator, InvocationState } from "pulumi-alicloud-app-snapshot-emulator";

/** Returns the invocations that run the snapshot plugin; others prepare for it. */
export function pluginRuns({ state }: Pick<Emulator, "state">): readonly InvocationState[] {
    return state.invocations.filter(({ content }) => content.includes("acs-plugin-manager"));
}
