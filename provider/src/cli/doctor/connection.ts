import type { Credentials } from "../../cloud/configuration/credentials";
import type { Settings } from "../../cloud/configuration/settings";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { type Check, ok, problem, problemOf } from "./check";

/** The origin of the region: an option, or the settings. */
export interface NamedRegion {
    readonly regionId: string | undefined;
    readonly by: string;
}

const regionRemedy =
    "Name it with --region, use the configuration of a stack with --stack NAME, or set ALIBABA_CLOUD_REGION.";

/** Describes the settings of the connection, without any secret. Pure. */
export function connectionChecks({ credentials, endpoint }: Settings, region: NamedRegion): Check[] {
    return [
        ok("credentials", describeCredentials(credentials)),
        region.regionId === undefined
            ? problem("region", ownErrors.MissingRegion.code, ownErrors.MissingRegion.cause, regionRemedy)
            : ok("region", `${region.regionId}, from ${region.by}`),
        ok(
            "endpoint",
            endpoint === undefined
                ? "the public one of the region"
                : `${endpoint.protocol}://${endpoint.host}, from the settings`,
        ),
    ];
}

/** Returns the check that reports whether the API answered. */
export function answerCheck(failed: AppSnapshotError | undefined): Check {
    return failed === undefined ? ok("API", "it accepts the credentials") : problemOf("API", failed);
}

function describeCredentials({ source, settings, assumeRole }: Credentials): string {
    const from = settings === undefined ? "" : `, from ${settings}`;
    const assumed = assumeRole === undefined ? "" : `; they assume the RAM role ${assumeRole.roleArn}`;
    return `${describeSource(source)}${from}${assumed}`;
}

function describeSource(source: Credentials["source"]): string {
    switch (source.kind) {
        case "static":
            return source.securityToken === undefined ? "an access key" : "temporary credentials";
        case "profile":
            return `the profile ${source.name} of the aliyun CLI`;
        case "uri":
            return "those that a URI returns";
        case "ecs-role":
            return `those of this machine's RAM role ${source.name}`;
        case "oidc":
            return `those of the RAM role ${source.role.roleArn}, assumed with an OIDC token`;
        case "chain":
            return "those of the SDK's default chain, because no setting names any: environment, OIDC, profile file, instance RAM role, credentials URI";
    }
}
