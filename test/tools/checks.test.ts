import { expect } from "chai";

/** A check that prints something and ends with an exit code. */
function check(name: string, exitCode: number) {
    return {
        name,
        args: ["--eval", `console.log("${name} says"); console.error("why"); process.exitCode = ${exitCode}`],
    };
}

async function run(...checks: { readonly name: string; readonly args: string[] }[]) {
    const { runChecks } = await import("../../tools/test/checks.mjs");
    const events: string[] = [];
    const failed = await runChecks(async (name, work) => {
        events.push(`${name} begins`);
        const result = await work();
        events.push(`${name} ends`);
        return result;
    }, checks);
    return { events, failed };
}

describe("the checks of npm test", () => {
    it("report which failed, with their output", async () => {
        const { failed } = await run(check("lint", 1), check("format", 0), check("type-check", 2));
        expect(failed).to.deep.equal([
            { name: "lint", output: "lint says\nwhy\n" },
            { name: "type-check", output: "type-check says\nwhy\n" },
        ]);
    });

    it("run one after another, also after a failed one", async () => {
        const { events } = await run(check("lint", 1), check("format", 0));
        expect(events).to.deep.equal(["lint begins", "lint ends", "format begins", "format ends"]);
    });
});
