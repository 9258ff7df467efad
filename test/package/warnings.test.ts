import { expect } from "chai";

import { warningsAbout } from "./support/warnings";

const brought = ["pulumi-alicloud-app-snapshot", "@alicloud/openapi-core", "xml2js", "ws"];

describe("the warnings of an installation", () => {
    for (const line of [
        "npm warn deprecated xml2js@0.6.2: has a flaw",
        "npm warn   package: 'pulumi-alicloud-app-snapshot@0.1.0',",
        'warning "pulumi-alicloud-app-snapshot > glob@7.2.3" has incorrect peer dependency "glob@8".',
        'warning "@pulumi/pulumi > ws@8.0.0" has unmet peer dependency "bufferutil@4".',
        "[WARN] 2 deprecated subdependencies found: glob@7.2.3, ws@8.0.0",
        "➤ YN0061: │ ws@npm:8.0.0 is deprecated: use another",
        "➤ YN0002: │ foreign@workspace:. doesn't provide glob (p1), requested by pulumi-alicloud-app-snapshot",
    ]) {
        it(`include: ${line}`, () => {
            expect(warningsAbout(brought, `+ ws 8.0.0\n${line}\nDone.\n`)).to.deep.equal([line]);
        });
    }

    for (const line of [
        "npm warn deprecated glob@7.2.3: has a flaw",
        "npm warn deprecated some-ws@1.0.0: has a flaw",
        'warning "@pulumi/pulumi > @opentelemetry/resources@1.30.1" has incorrect peer dependency "@opentelemetry/api@1".',
        "npm warn install-scripts   @alicloud/openapi-core@1.0.8 (postinstall: npm run select-version)",
        "➤ YN0004: │ @alicloud/openapi-core@npm:1.0.8 lists build scripts, but all build scripts have been disabled.",
        "➤ YN0085: │ + ws@npm:8.0.0, and 260 more.",
    ]) {
        it(`do not include: ${line}`, () => {
            expect(warningsAbout(brought, `${line}\n`)).to.deep.equal([]);
        });
    }

    it("include another install script of a package than the accepted one", () => {
        const line = "npm warn install-scripts   ws@8.0.0 (install: node-gyp rebuild)";
        expect(warningsAbout(brought, line)).to.deep.equal([line]);
    });
});
