import { expect } from "chai";
import { defaultBehaviour, fastTiming } from "pulumi-alicloud-app-snapshot-emulator";

import type { Question } from "../../tools/live-test/questions.mjs";
import { codeSpans, document, section, tableRows } from "./support/markdown";

/** Settings of the emulator that are no questions about the cloud: a step of its agent, and the length of a second. */
const own = ["fileStepMs", "secondMs"];

describe("the open questions", () => {
    let questions: readonly Question[];

    before(async () => {
        ({ questions } = await import("../../tools/live-test/questions.mjs"));
    });

    it("are those of the live test", () => {
        const rows = tableRows(section(document("docs/questions.md"), "### Open questions"));
        expect(rows.map(([question, setting = ""]) => [question, codeSpans(setting)[0]])).to.deep.equal(
            questions.map(({ question, setting }) => [question, setting?.name]),
        );
    });

    it("have one for each setting of the emulator", () => {
        const named = (wanted: string) =>
            questions.flatMap(({ setting }) => (setting?.kind === wanted ? [setting.name] : []));
        expect(named("behaviour")).to.have.members(Object.keys(defaultBehaviour));
        expect([...named("timing"), ...own]).to.have.members(Object.keys(fastTiming));
        expect(new Set(questions.map(({ id }) => id)).size).to.equal(questions.length);
    });
});
