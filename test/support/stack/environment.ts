import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import type { StackOptions } from "./test-stack";

/**
 * Returns the environment of a stack's commands, without the machine's own settings for the cloud and
 * for proxies.
 *
 * @param folder the stack's own folder, used as the user's home.
 */
export function stackEnvironment(
    emulator: Pick<Emulator, "url">,
    folder: string,
    { environment = {} }: Pick<StackOptions, "environment">,
): NodeJS.ProcessEnv {
    const own = Object.entries(process.env).filter(
        ([name]) => !/^(?:(?:ALIBABA_?CLOUD|ALICLOUD|PULUMI)_|(?:HTTPS?|NO)_PROXY$)/i.test(name),
    );
    return {
        ...Object.fromEntries(own),
        HOME: folder,
        ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true",
        ALIBABA_CLOUD_ECS_ENDPOINT: emulator.url,
        ALIBABA_CLOUD_ACCESS_KEY_ID: "emulator",
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: "emulator",
        ...environment,
    };
}

/** The configuration of a stack if a test gives none. */
export const defaultConfig: Readonly<Record<string, string>> = { "alicloud:region": "cn-hangzhou" };
