import { expect } from "chai";

import { selectDisks } from "../../../../provider/src/core/instance/disks";
import { diskOf } from "../../support/samples";

describe("the disks of a snapshot", () => {
    it("are those of the ESSD family, and perhaps those of its newer categories", () => {
        const categories = [
            "cloud_essd",
            "cloud_auto",
            "cloud_essd_entry",
            "cloud_essd_next",
            "cloud_essd2",
            "cloud_ssd",
            "cloud_efficiency",
            "cloud",
            "local_ssd_pro",
            "elastic_ephemeral_disk_standard",
        ];
        const { included, uncertain, leftOut } = selectDisks(
            categories.map((category) => diskOf(`d-${category}`, { category })),
            [],
        );
        expect(included.map((disk) => disk.category)).to.deep.equal(categories.slice(0, 3));
        expect(uncertain.map((disk) => disk.category)).to.deep.equal(categories.slice(3, 5));
        expect(leftOut.map((disk) => disk.category)).to.deep.equal(categories.slice(5));
    });

    it("do not include the excluded ones, which don't count as left out", () => {
        const disks = [diskOf("d-1"), diskOf("d-2", { category: "cloud_ssd" }), diskOf("d-3")];
        expect(selectDisks(disks, ["d-1", "d-2"])).to.deep.equal({
            included: [disks[2]],
            uncertain: [],
            leftOut: [],
            notAttached: [],
        });
    });

    it("come with the excluded ids that are not attached", () => {
        expect(selectDisks([diskOf("d-1")], ["d-1", "d-typo"]).notAttached).to.deep.equal(["d-typo"]);
    });
});
