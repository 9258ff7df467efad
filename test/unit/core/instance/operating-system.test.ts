import { expect } from "chai";

import { type Support, supportOf } from "../../../../provider/src/core/instance/operating-system";

const names: readonly (readonly [name: string, support: Support])[] = [
    ["CentOS  7.6 64 bit", "supported"],
    ["CentOS 7.9 64 bit", "supported"],
    ["CentOS  7.10 64 bit", "supported"],
    ["CentOS  8.5 64 bit", "supported"],
    ["CentOS  7.5 64 bit", "not supported"],
    ["CentOS  6.10 64 bit", "not supported"],
    ["Ubuntu  18.04 64 bit", "supported"],
    ["Ubuntu 22.04 64 bit UEFI", "supported"],
    ["Ubuntu  16.04 64 bit", "not supported"],
    ["Ubuntu  14.04 32 bit", "not supported"],
    ["Alibaba Cloud Linux  3.2104 LTS 64 bit", "supported"],
    ["Alibaba Cloud Linux 3.2104 LTS 64 bit Security Hardening", "supported"],
    ["Alibaba Cloud Linux  2.1903 LTS 64 bit", "supported"],
    ["Aliyun Linux  2.1903 LTS 64 bit", "supported"],
    ["Aliyun Linux  17.1 64 bit", "not supported"],
    ["Alibaba Cloud Linux  4.2501 64 bit", "newer"],
    ["Aliyun Linux  15.1 64 bit", "not supported"],
    ["Alibaba Cloud Linux  1.2 64 bit", "not supported"],
    ["Windows Server  2012 R2 Datacenter Edition 64bit Chinese", "supported"],
    ["Windows Server 2016 Datacenter Edition 64bit English", "supported"],
    ["Windows Server  2019 Datacenter Edition 64bit English without UI", "supported"],
    ["Windows Server  2022 Datacenter Edition 64bit English", "supported"],
    ["Windows Server  2025 Datacenter Edition 64bit English", "newer"],
    ["Windows Server  2012 Datacenter Edition 64bit English", "not supported"],
    ["Windows Server  2008 R2 Enterprise Edition 64bit Chinese", "not supported"],
    ["Windows Server Version 1909 Datacenter 64bit", "not supported"],
    ["Debian  11.6 64 bit", "not supported"],
    ["Rocky Linux  9.1 64 bit", "not supported"],
    ["AlmaLinux  8.7 64 bit", "not supported"],
    ["Anolis OS  8.6 ANCK 64 bit", "not supported"],
    ["SUSE Linux Enterprise Server  15 SP4 64 bit", "not supported"],
    ["  centos  7.8 64 bit ", "supported"],
    ["Customized Linux", "unknown"],
    ["", "unknown"],
];

describe("the name of an operating system", () => {
    for (const [name, support] of names) {
        it(`"${name}" is ${support}`, () => {
            expect(supportOf(name)).to.equal(support);
        });
    }
});
