// Loaded into the provider's process with --require: at most two instances of a fleet share a run.
if ((process.argv[1] ?? "").includes("dynamic-provider")) {
    const session = require("../../provider/dist/pulumi/engine/session.js");
    session.Session = class extends session.Session {
        constructor(environment, argv, options) {
            super(environment, argv, { ...options, instancesPerRun: 2 });
        }
    };
}
