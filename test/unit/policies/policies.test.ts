import { expect } from "chai";

import {
    caller,
    type CallerOptions,
    instanceRole,
    instanceRoleTrust,
} from "../../../provider/src/policies/policies";

const instanceArns = ["acs:ecs:*:*:instance/i-bp1a", "acs:ecs:cn-beijing:1234567890123456:instance/i-2zeb"];
const roleArn = "acs:ram::1234567890123456:role/appsnapshotrolename";

/** Returns the resources of an action; undefined if it is not allowed. */
function resourcesOf(action: string, options: CallerOptions): string | readonly string[] | undefined {
    return caller(options).Statement.find(({ Action }) => Action.includes(action))?.Resource;
}

function actionsOf(options?: CallerOptions): string[] {
    return caller(options).Statement.flatMap(({ Action }) => Action);
}

function missing(options: CallerOptions): string[] {
    const left = actionsOf(options);
    return actionsOf().filter((action) => !left.includes(action));
}

describe("the policies", () => {
    it("are plain objects that a program can change without changing the next ones", () => {
        for (const policy of [instanceRole, instanceRoleTrust, caller]) {
            const text = JSON.stringify(policy());
            expect(JSON.parse(text)).to.deep.equal(policy());
            (policy().Statement as unknown[]).pop();
            (instanceRole().Statement[0]?.Action as string[]).push("ecs:*");
            expect(JSON.stringify(policy())).to.equal(text);
        }
    });

    it("let instances assume the role, and the role take and tag snapshots", () => {
        expect(instanceRoleTrust().Statement).to.deep.equal([
            { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: ["ecs.aliyuncs.com"] } },
        ]);
        expect(instanceRole().Statement).to.deep.equal([
            {
                Effect: "Allow",
                Action: [
                    "ecs:DescribeSnapshot*",
                    "ecs:CreateSnapshot*",
                    "ecs:TagResources",
                    "ecs:DescribeDisks",
                ],
                Resource: "*",
            },
        ]);
    });
});

describe("the caller's policy", () => {
    it("grants each action once, on everything", () => {
        expect(new Set(actionsOf()).size).to.equal(actionsOf().length).and.to.be.above(15);
        expect(caller().Statement.map(({ Resource }) => Resource)).to.deep.equal(["*", "*", "*", "*"]);
    });

    it("restricts commands to the instances, and nothing else", () => {
        const options = { instanceArns };
        expect(resourcesOf("ecs:RunCommand", options)).to.deep.equal(instanceArns);
        expect(resourcesOf("ecs:SendFile", options)).to.deep.equal(instanceArns);
        for (const action of ["ecs:AttachInstanceRamRole", "ecs:DetachInstanceRamRole"]) {
            expect(resourcesOf(action, options)).to.deep.equal([...instanceArns, "acs:ram:*:*:role/*"]);
        }
        for (const action of ["ecs:DescribeInstances", "ecs:DeleteSnapshotGroup", "ram:PassRole"]) {
            expect(resourcesOf(action, options), action).to.equal("*");
        }
    });

    it("restricts the role that may be attached", () => {
        expect(resourcesOf("ram:PassRole", { roleArn })).to.deep.equal([roleArn]);
        expect(resourcesOf("ecs:RunCommand", { roleArn })).to.equal("*");
    });

    const cases: readonly (readonly [CallerOptions, readonly string[]])[] = [
        [{ roleAttachment: "temporary", deliverScripts: true, deleteSnapshots: true }, []],
        [{ roleAttachment: "keep" }, ["ecs:DetachInstanceRamRole"]],
        [
            { roleAttachment: "none" },
            ["ecs:AttachInstanceRamRole", "ecs:DetachInstanceRamRole", "ram:PassRole"],
        ],
        [{ deliverScripts: false }, ["ecs:DescribeSendFileResults", "ecs:SendFile"]],
        [{ deleteSnapshots: false }, ["ecs:DeleteSnapshot", "ecs:DeleteSnapshotGroup"]],
    ];
    for (const [options, left] of cases) {
        it(`leaves out what is not needed with ${JSON.stringify(options)}`, () => {
            expect(missing(options)).to.have.members(left);
            expect(caller(options).Statement.filter(({ Action }) => Action.length === 0)).to.be.empty;
        });
    }

    it("refuses wrong options, all in one error", () => {
        const wrong = { instanceArns: ["i-bp1a"], roleArn: "appsnapshotrolename", deletes: false };
        expect(() => caller(wrong)).to.throw(
            /^policies\.caller: instanceArns\[0\] must be the ARN of an instance, .*; roleArn must be the ARN of a RAM role, .*; deletes is not an option; there are .*\.$/,
        );
        expect(() => caller({ instanceArns: [] })).to.throw("omit it for all");
        expect(() => caller({ instanceArns: [roleArn] })).to.throw("instanceArns[0]");
    });
});
