import { join } from "node:path";

import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import type { Check } from "../../provider/src/cli/doctor/check";
import {
    expectFailure,
    expectSuccess,
    groupIds,
    instances,
    linuxSnapshot,
    scripts,
} from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import type { ProgramResult, TestStack } from "../support/stack/test-stack";

const cli = join(__dirname, "..", "..", "provider", "dist", "cli.js");
const role = "AppSnapshotRoleName";

interface Printed {
    readonly connection: readonly Check[];
    readonly instances: readonly { readonly instanceId: string; readonly checks: readonly Check[] }[];
    readonly permissions: readonly Check[];
}

/** A problem of an instance, with what its remedy says, and does in the cloud. */
interface Case {
    readonly code: string;
    readonly instanceId: string;
    readonly args?: Readonly<Record<string, unknown>>;
    readonly options?: readonly string[];
    readonly begin?: (emulator: Emulator) => void;
    readonly remedy: RegExp;
    readonly follow: (emulator: Emulator) => void;
}

const cases: Readonly<Record<string, Case>> = {
    "no role is attached, and none may be": {
        code: "RoleMissing",
        instanceId: instances.linux,
        args: { roleAttachment: "none" },
        options: ["--role-attachment", "none"],
        remedy: /^Attach the RAM role AppSnapshotRoleName yourself/,
        follow: ({ controls }) => {
            controls.attachRole(instances.linux, role);
        },
    },
    "the agent is offline": {
        code: "AgentOffline",
        instanceId: instances.withRole,
        begin: ({ controls }) => {
            controls.setAgent(instances.withRole, { online: false });
        },
        remedy: /^Start the agent on the instance/,
        follow: ({ controls }) => {
            controls.setAgent(instances.withRole, { online: true });
        },
    },
    "no disk is of the ESSD family": {
        code: "NoEssdDisk",
        instanceId: instances.noEssd,
        remedy: /Change the category of the disks that hold the data/,
        follow: ({ controls }) => {
            controls.setDiskCategory("d-bp1noessd0000001sys", "cloud_essd");
        },
    },
};

export function doctor(how: string, scenario: Scenario): void {
    describe(`app-snapshot doctor, ${how}`, () => {
        for (const [what, { code, instanceId, args, options = [], begin, remedy, follow }] of Object.entries(
            cases,
        )) {
            it(`names the problem and the remedy of \`up\` if ${what}; after the remedy both succeed`, () =>
                scenario(async ({ emulator, stack }) => {
                    begin?.(emulator);
                    const resources = [linuxSnapshot("a", instanceId, args)];
                    const ill = await run(stack, [instanceId], ...options);
                    expect(ill.code).to.equal(3);
                    const [problem, ...others] = problemsOf(ill);
                    expect(others).to.deep.equal([]);
                    expect(problem?.code).to.equal(code);
                    expect(problem?.remedy).to.match(remedy);
                    const failed = expectFailure(await stack.up(resources));
                    expect(failed.output).to.include(`${code}: `).and.to.include(problem?.remedy);

                    follow(emulator);
                    const healed = await run(stack, [instanceId], ...options);
                    expect(problemsOf(healed)).to.deep.equal([]);
                    expect(healed.code).to.equal(0);
                    expectSuccess(await stack.up(resources));
                    expect(groupIds(emulator)).to.have.length(1);
                }));
        }

        it("changes nothing, and does not keep the next snapshot waiting", () =>
            scenario(async ({ emulator, stack }) => {
                const before = JSON.stringify(emulator.state);
                const all = Object.values(instances);
                expect((await run(stack, all)).code).to.equal(3);
                expect(JSON.stringify(emulator.state)).to.equal(before);
                expect(changesIn(emulator)).to.deep.equal([]);
                expectSuccess(await stack.up([linuxSnapshot("a", instances.withRole)]));
            }));

        it("with --run sends one command for all Linux instances, which is no snapshot to anybody", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.setAgent(instances.mixedDisks, { online: false });
                const all = [instances.linux, instances.withRole, instances.mixedDisks, instances.windows];
                const checked = await run(
                    stack,
                    all,
                    ...["--run", "--pre-script-path", scripts.preScriptPath],
                    ...["--post-script-path", scripts.postScriptPath],
                );
                expect(checked.stderr).to.match(/^Running this command as root on 2 instances/);
                const listed = printedBy(checked).instances.map(({ checks }) => checks);
                for (const checks of listed.slice(0, 2)) {
                    const statuses = checks.map(({ status }) => status);
                    expect(statuses, JSON.stringify(checks)).to.deep.equal(statuses.map(() => "ok"));
                    expect(checks.map(({ check }) => check)).to.include.members(["script", "file systems"]);
                }
                expect(listed.slice(2).map((checks) => checks.at(-1)?.status)).to.deep.equal([
                    "not checked",
                    "not checked",
                ]);
                expect(changesIn(emulator)).to.deep.equal(["RunCommand"]);
                expect(emulator.state.invocations).to.have.length(1);
                expect(emulator.state.sentFiles).to.be.empty;

                const orphans = await stack.runProgram(process.execPath, [
                    cli,
                    "orphans",
                    "--stack",
                    stack.name,
                ]);
                expect(orphans).to.include({ code: 0 });
                expectSuccess(await stack.up([linuxSnapshot("a", instances.withRole)]));
                expect(groupIds(emulator)).to.have.length(1);
            }));

        it("with --run finds what only the instance itself shows", () =>
            scenario(async ({ emulator, stack }) => {
                const instanceId = instances.withRole;
                emulator.controls.setNetwork(instanceId, { unreachable: ["ecs"] });
                emulator.controls.setFile(instanceId, {
                    path: scripts.preScriptPath,
                    owner: "mail",
                    group: "root",
                    mode: "0755",
                });
                emulator.controls.setDirectory(instanceId, {
                    path: "/var/lib/app-snapshot",
                    owner: "root",
                    group: "root",
                    mode: "0755",
                });
                const options = ["--run", "--pre-script-path", scripts.preScriptPath];
                const ill = await run(stack, [instanceId], ...options);
                expect(problemsOf(ill).map(({ code }) => code)).to.deep.equal([
                    "EndpointUnreachable",
                    "ScriptsNotDelivered",
                    "ScriptsRefused",
                ]);
                expect(problemsOf(ill)[2]?.message).to.match(/has mode 0755$/);
                emulator.controls.setNetwork(instanceId, { unreachable: ["metadata"] });
                const blind = problemsOf(await run(stack, [instanceId], "--run")).map(({ code }) => code);
                expect(blind).to.include("MetadataServiceUnreachable");
            }));

        it("with --run names the file systems that are frozen although their disk is excluded", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addInstance({
                    instanceId: "i-bp1twodisks",
                    osType: "linux",
                    osName: "CentOS  7.9 64 bit",
                    ramRoleName: role,
                    disks: [
                        { diskId: "d-bp1twodiskssys", type: "system", category: "cloud_essd" },
                        { diskId: "d-bp1twodisksdat", type: "data", category: "cloud_essd" },
                    ],
                    fileSystems: [
                        { target: "/", type: "ext4", source: "/dev/vda1" },
                        { target: "/data", type: "xfs", source: "/dev/vdb" },
                    ],
                });
                const options = ["--run", "--exclude-disk-id", "d-bp1twodisksdat"];
                const result = await run(stack, ["i-bp1twodisks"], ...options);
                expect(result.code, result.stderr).to.equal(0);
                const warnings = printedBy(result).instances.flatMap(({ checks }) =>
                    checks.filter(({ status }) => status === "warning").map(({ message }) => message),
                );
                expect(warnings).to.have.length(2);
                expect(warnings[1]).to.equal("frozen although their disks are excluded: /data (xfs)");
            }));

        it("says that it can't check anything with a wrong key, and prints no secret", () =>
            scenario(async ({ stack }) => {
                for (const key of ["alicloud:accessKey", "alicloud:secretKey"]) {
                    await stack.setSecret(key, "the-secret");
                }
                const result = await run(stack, [instances.linux]);
                expect(result.code).to.equal(1);
                expect(printedBy(result).connection.at(-1)?.code).to.equal("InvalidAccessKeyId.NotFound");
                expect(result.stdout + result.stderr).to.not.include("the-secret");
            }));

        it("names the permissions that the caller lacks, and checks everything else", () =>
            scenario(async ({ emulator, stack }) => {
                const lacking = ["ecs:RunCommand", "ecs:DescribeDisks", "ecs:DescribeSnapshots"];
                const { permissions } = printedBy(await run(stack, [instances.withRole]));
                const all = permissions.map(({ check }) => check).filter((name) => name.startsWith("ecs:"));
                emulator.controls.setCredentialActions(
                    "emulator",
                    all.filter((action) => !lacking.includes(action)),
                );
                const result = await run(stack, [instances.withRole]);
                expect(result.code).to.equal(3);
                expect(problemsOf(result).map(({ check, code }) => `${check} ${code}`)).to.have.members([
                    "ecs:DescribeDisks Forbidden.RAM",
                    "ecs:RunCommand Forbidden.RAM",
                ]);
                const missed = printedBy(result).permissions.find(
                    ({ check }) => check === "ecs:DescribeSnapshots",
                );
                expect(missed?.status).to.equal("not checked");
                const [checked] = printedBy(result).instances;
                expect(checked?.checks.find(({ check }) => check === "agent")?.status).to.equal("ok");
            }));
    });
}

/** Runs the command for instances, in the environment and with the configuration of the stack. */
function run(stack: TestStack, instanceIds: readonly string[], ...options: string[]): Promise<ProgramResult> {
    const ids = instanceIds.flatMap((instanceId) => ["--instance-id", instanceId]);
    const args = [cli, "doctor", ...ids, "--stack", stack.name, "--json", ...options];
    return stack.runProgram(process.execPath, args);
}

function printedBy({ stdout }: ProgramResult): Printed {
    return JSON.parse(stdout) as Printed;
}

function problemsOf(result: ProgramResult): Check[] {
    const { connection, instances: found, permissions } = printedBy(result);
    return [...connection, ...found.flatMap(({ checks }) => checks), ...permissions].filter(
        ({ status }) => status === "problem",
    );
}

/** Returns the operations that were asked for and may change something; a dry run does not. */
function changesIn(emulator: Emulator): string[] {
    return emulator.ledger
        .filter(({ action, params }) => !action.startsWith("Describe") && params["RepeatMode"] !== "DryRun")
        .map(({ action }) => action);
}
