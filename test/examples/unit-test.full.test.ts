import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { ensuredEngineFolder } from "../e2e/support/engine-folder";
import { withFolder } from "../support/folder";
import { copyOfExample } from "./support/example-stack";

const execute = promisify(execFile);

describe("the unit-test example", () => {
    it("has tests that pass, without the cloud", () =>
        withFolder(async (folder) => {
            const program = await copyOfExample("unit-test", join(folder, "program"));
            const { stdout } = await execute("npm", ["test"], {
                cwd: program,
                env: {
                    ...process.env,
                    PATH: [await ensuredEngineFolder(), process.env["PATH"]].join(delimiter),
                    PULUMI_HOME: join(folder, "home"),
                    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
                    TS_NODE_TRANSPILE_ONLY: "true",
                    PULUMI_SKIP_UPDATE_CHECK: "true",
                    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
                },
            });
            expect(stdout)
                .to.match(/5 passing/)
                .and.not.match(/failing|pending/);
        }));
});
