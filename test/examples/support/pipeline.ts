import { appendFile, cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { defaultFixture, type Emulator } from "pulumi-alicloud-app-snapshot-emulator";
import { parse } from "yaml";

import { root } from "../../docs/support/markdown";
import { withEngine } from "../../e2e/support/engine";
import type { EngineStack } from "../../e2e/support/stack";
import { withFolder } from "../../support/folder";
import { instances } from "../../support/stack/program";
import { session } from "../../support/sts/assumed-role";
import { startSts, type Sts } from "../../support/sts/sts";
import { certificateFile } from "../../support/tls/tls-identity";

export const pipelineFolder = join(root, "examples", "pipeline");

/** The settings that the owner of a repository gives the pipeline. */
export const settings = {
    ALIBABA_CLOUD_ROLE_ARN: "acs:ram::1234567890123456:role/deploy",
    ALIBABA_CLOUD_OIDC_PROVIDER_ARN: "acs:ram::1234567890123456:oidc-provider/ci",
} as const;

/** The token of a job that the fake STS accepts. */
export const token = "good token";

/** A copy of the example that a pipeline has checked out, with its stack and its cloud. */
export interface Checkout {
    readonly emulator: Emulator;
    readonly stack: EngineStack;
    readonly sts: Sts;
    readonly folder: string;
    readonly environment: NodeJS.ProcessEnv;
    /** The releases for which the migration has run. */
    readonly migrations: () => Promise<string[]>;
}

/** Runs a test with a checkout. */
export async function withCheckout(test: (checkout: Checkout) => Promise<void>): Promise<void> {
    const sts = await startSts({ callers: [], session });
    try {
        await withFolder(async (parent) => {
            const folder = join(parent, "checkout");
            const programs = join(parent, "programs");
            await checkOut(folder, programs);
            await withEngine(
                async ({ emulator, stack }) => {
                    const { environment } = stack;
                    const migrations = async (): Promise<string[]> =>
                        (await readFile(join(folder, "migrations"), "utf8").catch(() => ""))
                            .split("\n")
                            .filter((line) => line !== "");
                    await test({ emulator, stack, sts, folder, environment, migrations });
                },
                {
                    emulator: { fixture: { ...defaultFixture(), credentials: [session] } },
                    stack: {
                        programFolder: folder,
                        path: [programs],
                        stackName: "production",
                        config: await configuration(sts),
                        environment: {
                            ALIBABA_CLOUD_ACCESS_KEY_ID: undefined,
                            ALIBABA_CLOUD_ACCESS_KEY_SECRET: undefined,
                            NODE_EXTRA_CA_CERTS: certificateFile,
                        },
                    },
                },
            );
        });
    } finally {
        await sts.close();
    }
}

/** Copies the example; its migration also notes its release. The packages are those of the repository. */
async function checkOut(folder: string, programs: string): Promise<void> {
    await cp(pipelineFolder, folder, { recursive: true });
    await appendFile(join(folder, "migrate.sh"), '\necho "$RELEASE" >> migrations\n');

    const modules = join(folder, "node_modules");
    await mkdir(join(modules, ".bin"), { recursive: true });
    for (const name of await readdir(join(root, "node_modules"))) {
        if (!name.startsWith(".")) {
            await symlink(join(root, "node_modules", name), join(modules, name), "junction");
        }
    }
    const cli = join(root, "provider", "dist", "cli.js");
    await writeFile(join(modules, ".bin", "app-snapshot"), `#!/bin/sh\nexec node "${cli}" "$@"\n`, {
        mode: 0o755,
    });
    await mkdir(programs);
    await writeFile(join(programs, "npm"), '#!/bin/sh\n[ "$*" = ci ]\n', { mode: 0o755 });
}

/** Returns the configuration of the example's stack, with an instance of the emulator and the fake STS. */
async function configuration(sts: Sts): Promise<Record<string, string>> {
    const { config } = parse(await readFile(join(pipelineFolder, "Pulumi.production.yaml"), "utf8")) as {
        readonly config: Readonly<Record<string, unknown>>;
    };
    const values = {
        ...config,
        "pipeline:instanceId": instances.withRole,
        "alicloud:endpoints": [{ sts: sts.host }],
    };
    return Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
        ]),
    );
}
