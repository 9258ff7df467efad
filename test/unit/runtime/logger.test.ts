import { expect } from "chai";

import { withStatus } from "../../../provider/src/runtime/logger";
import { RecordingLogger } from "../support/recording-logger";

describe("a logger with a further note in its row", () => {
    it("adds it to each status, and to nothing that stays in the output", () => {
        const log = new RecordingLogger();
        const more = withStatus(log, "attempt 2");
        more.status("at work");
        more.info("an info");
        more.warn("a warning");
        more.debug("a detail");
        expect(log.lines).to.deep.equal([
            { level: "status", message: "at work; attempt 2" },
            { level: "info", message: "an info" },
            { level: "warn", message: "a warning" },
            { level: "debug", message: "a detail" },
        ]);
    });
});
