import { expect } from "chai";
import { defaultFixture, type Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { closeAll, linux2, role, run, sdk, start } from "./support";

const metadata = "http://100.100.100.200/latest";
const status = "curl -s -m 5 -o /dev/null -w '%{http_code}\\n'";
const id = `${metadata}/meta-data/instance-id`;
const token = `$(curl -s -X PUT -H 'X-aliyun-ecs-metadata-token-ttl-seconds: 60' ${metadata}/api/token)`;
const withToken = `-H "X-aliyun-ecs-metadata-token: ${token}"`;

/** Runs shell lines on an instance, and returns what they print. */
async function printed(emulator: Emulator, lines: string): Promise<string> {
    return (await run(sdk(emulator), linux2, lines)).text;
}

describe("emulator: the network of an instance", () => {
    afterEach(closeAll);

    it("has a metadata service, which tells the instance and its role", async () => {
        const emulator = await start();
        const role = `${metadata}/meta-data/ram/security-credentials/`;
        expect(await printed(emulator, `curl -s ${id}; echo; curl -s ${role}`)).to.equal(
            `${linux2}\nAppSnapshotRoleName`,
        );
        emulator.controls.detachRole(linux2);
        expect(await printed(emulator, `${status} ${role}`)).to.equal("404\n");
    });

    it("has a metadata service that wants tokens where they are required, and refuses wrong ones", async () => {
        const emulator = await start();
        const wrong = `-H "X-aliyun-ecs-metadata-token: wrong"`;
        const lines = `${status} ${id}; ${status} ${withToken} ${id}; ${status} ${wrong} ${id}`;
        expect(await printed(emulator, lines)).to.equal("200\n200\n403\n");
        emulator.controls.setNetwork(linux2, { httpTokens: "required" });
        expect(await printed(emulator, lines)).to.equal("403\n200\n403\n");
    });

    it("reaches nothing that is off or behind a firewall, and no other host", async () => {
        const emulator = await start();
        const all = [
            id,
            "https://ecs.cn-hangzhou.aliyuncs.com/",
            "https://ecs-vpc.cn-hangzhou.aliyuncs.com/",
        ];
        const lines = [...all, "https://example.com/"].map((url) => `${status} ${url}; echo $?`).join("\n");
        expect(await printed(emulator, lines)).to.equal("200\n0\n400\n0\n400\n0\n000\n6\n");
        emulator.controls.setNetwork(linux2, { unreachable: ["ecs"] });
        expect(await printed(emulator, lines)).to.equal("200\n0\n000\n28\n000\n28\n000\n6\n");
        emulator.controls.setNetwork(linux2, { unreachable: ["metadata"] });
        expect(await printed(emulator, lines)).to.equal("000\n28\n400\n0\n400\n0\n000\n6\n");
        emulator.controls.setNetwork(linux2, { unreachable: [], httpEndpoint: "disabled" });
        expect(await printed(emulator, lines)).to.equal("000\n28\n400\n0\n400\n0\n000\n6\n");
    });

    it("is not that of this machine, whatever curl is asked for", async () => {
        const emulator = await start();
        const { text, exitCode } = await run(sdk(emulator), linux2, "curl --version");
        expect({ text, exitCode }).to.deep.equal({
            text: "curl: the option '--version' is not modelled by the emulator\n",
            exitCode: 1,
        });
        expect(await printed(emulator, `curl -s -o file ${id}`)).to.match(/only -o \/dev\/null/);
    });
});

describe("emulator: the disks of an instance, as its kernel shows them", () => {
    afterEach(closeAll);

    it("have their ids as serial numbers", async () => {
        const emulator = await start();
        expect(await printed(emulator, "lsblk -rdno NAME,SERIAL")).to.equal("vda bp1linuxdb0000002sys\n");
        expect(await printed(emulator, "lsblk")).to.match(/is modelled by the emulator/);
    });
});

describe("emulator: the mounted file systems of an instance", () => {
    afterEach(closeAll);

    it("are those of the fixture and of the kernel, never those of this machine", async () => {
        const fixture = defaultFixture();
        fixture.instances.push({
            instanceId: "i-nas",
            osType: "linux",
            osName: "CentOS  7.9 64 bit",
            ramRoleName: role,
            disks: [{ diskId: "d-nas", type: "system", category: "cloud_essd" }],
            fileSystems: [
                { target: "/", type: "xfs", source: "/dev/vda1" },
                { target: "/mnt/my nas", type: "nfs4", source: "nas.local:/" },
            ],
        });
        const emulator = await start({ fixture });
        const { text } = await run(sdk(emulator), "i-nas", "findmnt -rno FSTYPE,SOURCE,TARGET");
        expect(text.split("\n").filter((line) => !/^(proc|sysfs|devtmpfs|tmpfs) /.test(line))).to.deep.equal([
            "xfs /dev/vda1 /",
            "nfs4 nas.local:/ /mnt/my\\x20nas",
            "",
        ]);
        expect(await printed(emulator, "findmnt -rno FSTYPE,SOURCE,TARGET")).to.include("ext4 /dev/vda1 /\n");
    });
});
