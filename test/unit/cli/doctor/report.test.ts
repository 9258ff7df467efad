import { expect } from "chai";

import { notChecked, ok, problem, warning } from "../../../../provider/src/cli/doctor/check";
import { type Report, reportJson, reportText } from "../../../../provider/src/cli/doctor/report";

const bad = problem(
    "agent",
    "AgentOffline",
    "the agent has sent no heartbeat",
    "Start the agent on the instance, and allow outbound TCP 443 to the service.",
);

const report: Report = {
    regionId: "cn-hangzhou",
    connection: [ok("region", "cn-hangzhou, from --region")],
    instances: [
        { instanceId: "i-1", checks: [ok("state", "Running"), bad, warning("disks", "one is left out")] },
    ],
    permissions: [notChecked("ecs:SendFile", "only a change would tell")],
};

const plain = { colours: false };

describe("the report of doctor", () => {
    it("is a list for people, with a summary at the end", () => {
        expect(reportText(report, { columns: 72, colours: false })).to.equal(`Connection
  ok           region: cn-hangzhou, from --region

Instance i-1
  ok           state: Running
  problem      agent: AgentOffline: the agent has sent no heartbeat
               What to do: Start the agent on the instance, and allow
               outbound TCP 443 to the service.
  warning      disks: one is left out

Permissions
  not checked  ecs:SendFile: only a change would tell
  Compare what is not checked with the policies in the RAM console.
  docs/requirements.md in this package has all of them.

Result: 1 problem, 1 warning, 1 not checked.
`);
    });

    it("keeps to a readable width, whatever the terminal says", () => {
        const widest = (columns: number | undefined): number =>
            Math.max(
                ...reportText(report, { columns, colours: false })
                    .split("\n")
                    .map(({ length }) => length),
            );
        expect(widest(20)).to.be.at.most(60);
        expect(widest(undefined)).to.be.within(80, 100);
        expect(widest(0)).to.be.within(80, 100);
        expect(widest(400)).to.be.within(80, 120);
    });

    it("colours the status only, and only if asked to", () => {
        const coloured = reportText(report, { colours: true });
        expect(coloured)
            .to.include("\u001b[31mproblem\u001b[0m      agent: ")
            .and.to.include("\u001b[32mok\u001b[0m");
        // eslint-disable-next-line no-control-regex -- the point of the test
        expect(coloured.replace(/\u001b\[\d+m/g, "")).to.equal(reportText(report, plain));
        expect(reportText(report, plain)).not.to.include("\u001b");
    });

    it("leaves out of several instances what is ok, and counts those of which all is", () => {
        const good = { instanceId: "i-2", checks: [ok("state", "Running")] };
        const unchecked = {
            instanceId: "i-3",
            checks: [ok("state", "Running"), notChecked("command", "none")],
        };
        const [first] = report.instances;
        if (first === undefined) {
            throw new Error("The sample has no instance.");
        }
        const text = reportText({ ...report, instances: [good, first, unchecked] }, plain);
        expect(text).not.to.include("state").and.not.to.include("i-2");
        expect(text)
            .to.match(/^Instance i-1\n {2}problem {6}agent/m)
            .and.match(/^Instance i-3\n {2}not checked {2}command/m);
        expect(text).to.match(/^The other instances, 1 of 3: everything checked is ok$/m);
        expect(reportText({ ...report, instances: [good, { ...good, instanceId: "i-4" }] }, plain)).to.match(
            /^All 2 instances: everything checked is ok$/m,
        );
    });

    it("shows once what several instances have in common", () => {
        const many = Array.from({ length: 7 }, (_, index) => ({ instanceId: `i-${index}`, checks: [bad] }));
        const text = reportText(
            { ...report, instances: [...many, { instanceId: "i-x", checks: [warning("a", "b")] }] },
            plain,
        );
        expect(text.match(/AgentOffline/g)).to.have.length(1);
        expect(text).to.match(
            /^7 instances: i-0, i-1, i-2, i-3, i-4 and 2 others, which --json lists\n {2}problem {6}agent/m,
        );
        expect(text)
            .to.match(/^Instance i-x\n {2}warning {6}a: b$/m)
            .and.match(/^Result: 7 problems, 1 warning/m);
    });

    it("has everything for machines", () => {
        expect(JSON.parse(reportJson(report))).to.deep.equal({
            region: "cn-hangzhou",
            problems: 1,
            warnings: 1,
            connection: report.connection,
            instances: report.instances,
            permissions: report.permissions,
        });
    });
});
