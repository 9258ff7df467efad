/** Actions that are allowed, and the resources that they may act on. */
export interface PolicyStatement {
    readonly Effect: "Allow";
    readonly Action: readonly string[];
    readonly Resource: string | readonly string[];
}

/** A RAM policy. `JSON.stringify` makes it the text that `alicloud.ram.Policy` takes as `policyDocument`. */
export interface Policy {
    readonly Version: "1";
    readonly Statement: readonly PolicyStatement[];
}

/** The trust policy of a RAM role: who may assume it. `alicloud.ram.Role` takes its text as `assumeRolePolicyDocument`. */
export interface TrustPolicy {
    readonly Version: "1";
    readonly Statement: readonly {
        readonly Effect: "Allow";
        readonly Action: "sts:AssumeRole";
        readonly Principal: { readonly Service: readonly string[] };
    }[];
}

/** Returns a statement that allows actions on resources. */
export function allow(actions: readonly string[], resources: "*" | readonly string[] = "*"): PolicyStatement {
    return { Effect: "Allow", Action: [...actions], Resource: resources };
}
