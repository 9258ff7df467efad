import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot, recipes } from "pulumi-alicloud-app-snapshot";

export interface ReleaseSnapshotArgs {
    readonly instanceId: pulumi.Input<string>;
    readonly release: string;
    readonly postgresql?: recipes.PostgresqlOptions | undefined;
}

/** A snapshot for each release, with what all teams agreed on. */
export class ReleaseSnapshot extends pulumi.ComponentResource {
    readonly snapshotGroupId: pulumi.Output<string>;
    readonly consistency: pulumi.Output<string>;

    constructor(name: string, args: ReleaseSnapshotArgs, opts?: pulumi.ComponentResourceOptions) {
        super("example:index:ReleaseSnapshot", name, {}, opts);
        const snapshot = new AppConsistentSnapshot(
            // The names of the children begin with that of the component. Then an alias of the component is enough when
            // it is renamed: Pulumi derives those of the children from it.
            `${name}-snapshot`,
            {
                instanceId: args.instanceId,
                linux: recipes.postgresql(args.postgresql),
                triggers: [args.release],
            },
            { parent: this },
        );
        this.snapshotGroupId = snapshot.snapshotGroupId;
        this.consistency = snapshot.consistency;
        this.registerOutputs({ snapshotGroupId: this.snapshotGroupId, consistency: this.consistency });
    }
}
