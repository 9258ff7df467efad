import { expect } from "chai";

function load() {
    return import("../../tools/process.mjs");
}

describe("a child process of the tools", () => {
    it("gives its output and exit code", async () => {
        const { capture } = await load();
        const script = 'console.log("out"); console.error("err"); process.exitCode = 5';
        expect(await capture(process.execPath, ["-e", script])).to.deep.equal({
            code: 5,
            stdout: "out\n",
            stderr: "err\n",
        });
    });

    it("that cannot be started is reported, not thrown", async () => {
        const { capture } = await load();
        const { code, stderr } = await capture("/no/such/program", []);
        expect(code).to.equal(127);
        expect(stderr).to.contain("ENOENT");
    });

    it("is ended at its time limit", async () => {
        const { capture } = await load();
        const { code, stderr } = await capture(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], {
            timeLimitSeconds: 0.05,
        });
        expect(code).to.equal(124);
        expect(stderr).to.equal("no end after 0.05 s");
    });

    it("is ended if it has printed nothing for too long, even if it ignores the first signal", async () => {
        const { capture } = await load();
        const script = 'process.on("SIGTERM", () => undefined); for (;;);';
        const { code, stderr } = await capture(process.execPath, ["-e", script], { quietLimitSeconds: 0.2 });
        expect(code).to.equal(124);
        expect(stderr).to.equal("nothing was printed for 0.2 s, so it was ended");
    });

    it("is not ended for lack of output if it ends by itself", async () => {
        const { capture } = await load();
        const { code } = await capture(process.execPath, ["-e", ""], { quietLimitSeconds: 300 });
        expect(code).to.equal(0);
    });
});
