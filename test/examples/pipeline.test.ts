import { expect } from "chai";

import { pluginRuns } from "../support/stack/plugin-runs";
import { groupIds } from "../support/stack/program";
import { expectPassed, releaseOnGithub } from "./support/github-release";
import { withCheckout } from "./support/pipeline";

describe("the pipeline example on GitHub Actions", () => {
    it("takes a snapshot for each release, before the migration, and none for one that runs again", () =>
        withCheckout(async (checkout) => {
            const { emulator, stack, sts, migrations } = checkout;
            expectPassed(await releaseOnGithub(checkout, "v1.4.0"));
            expect(await migrations()).to.deep.equal(["v1.4.0"]);
            const [group] = emulator.state.snapshotGroups;
            expect(group).to.include({ name: "before-v1.4.0", description: "Before release v1.4.0" });
            for (const { tags } of emulator.state.snapshots) {
                expect(tags).to.include({ release: "v1.4.0", commit: "commit-of-v1.4.0" });
            }
            expect(await stack.outputs<object>()).to.include({ consistency: "application" });
            expect(sts.requests[0]).to.include({
                Action: "AssumeRoleWithOIDC",
                RoleSessionName: "github-4711",
                DurationSeconds: "3600",
            });

            expectPassed(await releaseOnGithub(checkout, "v1.4.0"));
            expect(await migrations()).to.deep.equal(["v1.4.0", "v1.4.0"]);
            expect(pluginRuns(emulator)).to.have.length(1);
            expect(groupIds(emulator)).to.deep.equal([group?.snapshotGroupId]);
        }));
});
