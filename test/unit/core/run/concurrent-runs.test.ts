import { expect } from "chai";

import { directoryCommand } from "../../../../provider/src/core/plugin/scripts/directory";
import { concurrentRuns, takesSnapshot } from "../../../../provider/src/core/run/concurrent-runs";
import { commandOf } from "../../support/commands";
import { testContext } from "../../support/context";
import { deliveredScripts, inputsOf, instanceId, invocationOf } from "../../support/samples";
import { scriptedApi } from "../../support/scripted-api";

describe("a command that takes a snapshot", () => {
    it("is one of this package, for either operating system", () => {
        for (const osType of ["linux", "windows"] as const) {
            for (const linux of [{}, inputsOf().linux, deliveredScripts]) {
                const { commandContent } = commandOf({ osType, inputs: inputsOf({ linux }) });
                expect(takesSnapshot({ commandContent }), osType).to.equal(true);
            }
        }
    });

    it("may also come from the console or a script", () => {
        for (const commandContent of [
            "acs-plugin-manager --exec --plugin=app-snapshot-plugin --params -Name=x",
            "#!/bin/sh\nset -e\nacs-plugin-manager -e -P app-snapshot-plugin -p '-Name=x'\n",
            'acs-plugin-manager.exe --exec --plugin "app-snapshot-plugin-win"',
        ]) {
            expect(takesSnapshot({ commandContent }), commandContent).to.equal(true);
        }
    });

    it("is no other command", () => {
        for (const commandContent of [
            "",
            "yum update -y",
            // Also of this package, but before a snapshot.
            directoryCommand(),
            "acs-plugin-manager --exec --plugin=my-app-snapshots",
        ]) {
            expect(takesSnapshot({ commandContent }), commandContent).to.equal(false);
        }
    });
});

describe("the concurrent runs on an instance", () => {
    it("are distinguished from other commands", async () => {
        const api = scriptedApi({
            describeInvocations: () =>
                Promise.resolve([
                    invocationOf({ invokeId: "t-1" }),
                    invocationOf({ invokeId: "t-2", commandContent: "uptime" }),
                ]),
        });
        expect(await concurrentRuns(testContext(api), instanceId)).to.deep.equal(["t-1"]);
        expect(api.argumentsOf("describeInvocations")).to.deep.equal([[{ runningOn: instanceId }]]);
    });
});
