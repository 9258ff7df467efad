// Declares resources whose creation does nothing but wait: as little as a dynamic resource can do.
const pulumi = require("@pulumi/pulumi");

const { sleepsMs } = require("./declared.json");

const provider = {
    async create({ sleepMs }) {
        await require("node:timers/promises").setTimeout(sleepMs);
        return { id: "empty", outs: {} };
    },
    diff() {
        return Promise.resolve({ changes: false });
    },
};

for (const [name, sleepMs] of Object.entries(sleepsMs)) {
    new pulumi.dynamic.Resource(provider, name, { sleepMs });
}
