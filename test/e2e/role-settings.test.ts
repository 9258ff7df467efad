import { join } from "node:path";

import { expect } from "chai";
import { defaultFixture } from "pulumi-alicloud-app-snapshot-emulator";

import { expectSuccess, instances, linuxSnapshot } from "../support/stack/program";
import { roleArn, session, withAssumedRole } from "../support/sts/assumed-role";
import { withEngine } from "./support/engine";

const cli = join(__dirname, "..", "..", "provider", "dist", "cli.js");
const resources = [linuxSnapshot("a", instances.withRole)];
const externalId = "canary4External7Id";

describe("a role in the stack's configuration, with the real engine", () => {
    it("may be set field by field, a secret among them, and is assumed by all commands", () =>
        withAssumedRole({}, ({ environment, config }, sts) => {
            const keys = ["alicloud:region", "alicloud:accessKey", "alicloud:secretKey"];
            const others = Object.fromEntries(Object.entries(config).filter(([key]) => keys.includes(key)));
            return withEngine(
                async ({ emulator, stack }) => {
                    const set = async (...args: string[]): Promise<void> => {
                        expectSuccess(await stack.run(["config", "set", "--path", ...args]));
                    };
                    await set("alicloud:assumeRole.roleArn", roleArn);
                    await set("alicloud:assumeRole.sessionExpiration", "7200");
                    await set("alicloud:assumeRole.externalId", externalId, "--secret");
                    await set("alicloud:endpoints[0].sts", sts.host);

                    const up = expectSuccess(await stack.up(resources));
                    const search = await stack.runProgram(process.execPath, [
                        ...[cli, "orphans", "--stack", stack.name],
                    ]);
                    expect(search).to.deep.include({ code: 0, stderr: "" });
                    const state = await stack.stateText();
                    expectSuccess(await stack.destroy());

                    for (const request of sts.requests) {
                        expect(request).to.include({
                            RoleArn: roleArn,
                            DurationSeconds: "7200",
                            ExternalId: externalId,
                        });
                    }
                    // Each command has a process of its own.
                    expect(sts.requests).to.have.length(3);
                    expect(
                        emulator.ledger.every(({ accessKeyId }) => accessKeyId === session.accessKeyId),
                    ).to.equal(true);
                    for (const secret of [externalId, session.accessKeySecret, session.securityToken]) {
                        expect(up.output + state).not.to.include(secret);
                    }
                },
                {
                    emulator: { fixture: { ...defaultFixture(), credentials: [session] } },
                    stack: { environment, config: others },
                },
            );
        }));
});
