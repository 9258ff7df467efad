import { readFile } from "node:fs/promises";
import { join } from "node:path";

import {
    defaultFixture,
    type Emulator,
    type EmulatorOptions,
    startEmulator,
} from "pulumi-alicloud-app-snapshot-emulator";

import type { Target } from "../../../tools/live-test/options.mjs";
import { withFolder } from "../../support/folder";
import { stackEnvironment } from "../../support/stack/environment";
import { ensuredEngineFolder } from "./engine-folder";

/** A live test against an emulator. */
export interface LiveTest {
    readonly emulator: Emulator;
    /** The folder of the report. */
    readonly report: string;
    /** Everything that the live test itself has said. */
    readonly said: string[];
    readonly environment: NodeJS.ProcessEnv;
    /** Runs it to its end. */
    readonly run: (options?: RunOptions) => Promise<boolean>;
    /** Finishes one that was killed. */
    readonly finish: () => Promise<boolean>;
    readonly answers: () => Promise<Answers>;
}

interface RunOptions {
    readonly isInterrupted?: () => boolean;
    readonly confirm?: () => Promise<boolean>;
}

export interface Answers {
    readonly subject: object;
    readonly left: readonly string[];
    readonly endpoint: string;
    readonly isContinued: boolean;
    readonly steps: readonly { readonly name: string; readonly succeeded: boolean }[];
    readonly answers: readonly { readonly id: string; readonly answer?: string }[];
}

/** The key of the user. */
export const credential = {
    accessKeyId: "STS.canary4Access7Key2Id",
    accessKeySecret: "canary/4Secret+7Access2Key=",
    securityToken: "canary+4Security/7Token2==",
};

/** The role of the emulator's fixture. */
export const ramRole = "AppSnapshotRoleName";

export async function withLiveTest(
    options: EmulatorOptions,
    target: Pick<Target, "instanceId"> & Partial<Target>,
    test: (live: LiveTest) => Promise<void>,
): Promise<void> {
    const { liveTest } = await import("../../../tools/live-test/life.mjs");
    const engine = await ensuredEngineFolder();
    const fixture = { ...(options.fixture ?? defaultFixture()), credentials: [credential] };
    const emulator = await startEmulator({ ...options, fixture });
    try {
        await withFolder(async (folder) => {
            const report = join(folder, "my report");
            const said: string[] = [];
            const environment = stackEnvironment(emulator, folder, {
                environment: {
                    ALIBABA_CLOUD_ACCESS_KEY_ID: credential.accessKeyId,
                    ALIBABA_CLOUD_ACCESS_KEY_SECRET: credential.accessKeySecret,
                    ALIBABA_CLOUD_SECURITY_TOKEN: credential.securityToken,
                },
            });
            const services = ({ isInterrupted = () => false, confirm }: RunOptions) => ({
                ...{ engine, environment, isInterrupted },
                say: (line: string) => {
                    said.push(line);
                },
                show: () => undefined,
                confirm: confirm ?? (() => Promise.resolve(false)),
                // Nothing has to be waited for that takes the emulator so long.
                pause: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms / 100)),
            });
            const whole: Target = {
                ...{ region: "cn-hangzhou", ramRole, roleAttachment: "temporary" as const },
                ...{ failingPreScript: false, excludeDisks: [] },
                ...target,
            };
            await test({
                ...{ emulator, report, said, environment },
                run: (given = {}) =>
                    liveTest({ report, yes: given.confirm === undefined, target: whole }, services(given)),
                finish: () => liveTest({ report }, services({})),
                answers: async () =>
                    JSON.parse(await readFile(join(report, "answers.json"), "utf8")) as Answers,
            });
        });
    } finally {
        await emulator.close();
    }
}

/** Returns the names of the steps that failed. */
export function failedSteps({ steps }: Answers): string[] {
    return steps.filter(({ succeeded }) => !succeeded).map(({ name }) => name);
}
