import { exec } from "node:child_process";

import * as pulumi from "@pulumi/pulumi";

interface MigrationInputs {
    readonly command: string;
    readonly release: string;
}

/** Runs a command once for each release. The resource `local.Command` of `@pulumi/command` would do as well. */
export class Migration extends pulumi.dynamic.Resource {
    constructor(name: string, args: MigrationInputs, opts?: pulumi.CustomResourceOptions) {
        super(
            {
                create: async (inputs: MigrationInputs) => {
                    await run(inputs);
                    return { id: name, outs: inputs };
                },
                diff: (_id: string, { release }: MigrationInputs, inputs: MigrationInputs) =>
                    Promise.resolve({ changes: inputs.release !== release }),
                update: async (_id: string, _olds: MigrationInputs, inputs: MigrationInputs) => {
                    await run(inputs);
                    return { outs: inputs };
                },
            },
            name,
            args,
            opts,
        );
    }
}

/** Runs the command in the program's folder; its environment contains the release. */
function run({ command, release }: MigrationInputs): Promise<void> {
    return new Promise((resolve, reject) => {
        exec(command, { env: { ...process.env, RELEASE: release } }, (error) => {
            if (error === null) {
                resolve();
            } else {
                reject(error);
            }
        });
    });
}
