import type Credential from "@alicloud/credentials";
import type { CredentialSource } from "../configuration/settings";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";

/**
 * The SDK's credential object for a source. It is asked once here, so that missing credentials are told apart
 * from a failing API; temporary ones are renewed by the object itself later.
 */
export async function createCredential(source: CredentialSource): Promise<Credential> {
    // Loaded late, with the SDK.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const credentials = require("@alicloud/credentials") as typeof import("@alicloud/credentials");
    const CredentialClient = credentials.default;
    const credential = create();
    try {
        await credential.getCredential();
    } catch {
        // The chain's messages may quote the profile file, secrets included, so they are not passed on.
        throw new AppSnapshotError(ownErrors.MissingCredentials, {
            detail:
                source.kind === "profile"
                    ? `the profile ${source.name} can't be used`
                    : "all sources of the default chain were tried",
        });
    }
    return credential;

    function create(): Credential {
        switch (source.kind) {
            case "static":
                return new CredentialClient(
                    new credentials.Config({
                        type: source.securityToken === undefined ? "access_key" : "sts",
                        accessKeyId: source.accessKeyId,
                        accessKeySecret: source.accessKeySecret,
                        ...(source.securityToken === undefined
                            ? {}
                            : { securityToken: source.securityToken }),
                    }),
                );
            case "profile":
                return new CredentialClient(
                    null,
                    credentials.CLIProfileCredentialsProvider.builder().withProfileName(source.name).build(),
                );
            case "chain":
                return new CredentialClient();
        }
    }
}
