import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { expect } from "chai";

import { fileRecorder } from "../../../../provider/src/cloud/ecs/call-recorder";
import { withFolder } from "../../../support/folder";

const record = { time: "", tookMs: 1, operation: "RunCommand", region: "cn-hangzhou", parameters: {} };

describe("the recorder of calls", () => {
    it("waits for nobody to read a pipe: that would stop the update", async function () {
        if (process.platform === "win32") {
            this.skip();
        }
        await withFolder((folder) => {
            const pipe = join(folder, "pipe");
            execFileSync("mkfifo", [pipe]);
            const warnings: string[] = [];
            const recorder = fileRecorder(pipe, (message) => warnings.push(message));
            recorder(record);
            recorder(record);
            expect(warnings).to.have.length(1);
            expect(warnings[0]).to.match(/^calls of the API are not recorded .*: ENXIO: /);
            return Promise.resolve();
        });
    });
});
