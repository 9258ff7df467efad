import type {
    CredentialsProvider,
    default as Credential,
    OIDCRoleArnCredentialsProvider,
} from "@alicloud/credentials";

import { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { ErrorEntry } from "../../errors/error-entry";
import { ownErrors } from "../../errors/own-errors";
import type { Credentials, CredentialSource } from "../configuration/credentials";
import type { AssumedRole, OidcRole } from "../configuration/roles";
import { type CredentialFault, profileFault, serviceFault, stsFault, unknownFault } from "./credential-fault";
import { CredentialsError } from "./credentials-error";

type Library = typeof import("@alicloud/credentials");

/** The region and the timeouts of requests for temporary credentials. */
export interface CredentialOptions {
    readonly regionId: string;
    readonly timeouts: { readonly connectMs: number; readonly readMs: number };
}

/**
 * Creates the SDK's credential object, and obtains credentials once, so that missing ones are distinguished from a
 * failing API. The library's providers renew temporary ones later.
 *
 * @throws AppSnapshotError MissingCredentials or RoleNotAssumed; the object later throws CredentialsNotRenewed.
 * @throws CredentialsError instead, if a retry may succeed soon.
 */
export async function createCredential(
    { source, assumeRole, stsHost }: Credentials,
    { regionId, timeouts }: CredentialOptions,
): Promise<Credential> {
    // Loaded late, with the SDK.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const library = require("@alicloud/credentials") as Library;
    const sts = { host: stsHost ?? `sts.${regionId}.aliyuncs.com`, timeouts };
    const owner = sourceProvider(library, source, sts);
    const provider = assumeRole === undefined ? owner : roleProvider(library, owner, assumeRole, sts);
    const credential = new library.default(null, provider);
    await credential.getCredential();
    return credential;
}

/** The STS host that assumes roles. */
interface Sts extends Pick<CredentialOptions, "timeouts"> {
    readonly host: string;
}

function sourceProvider(library: Library, source: CredentialSource, sts: Sts): CredentialsProvider {
    const issuer = issuerOf(source, sts);
    try {
        return withOwnErrors(providerOf(library, source, sts), issuer);
    } catch (thrown) {
        // An environment variable may disable the source.
        throw failure(issuer, thrown, false);
    }
}

/** Creates the library's provider with all options: missing ones would come from the environment. */
function providerOf(library: Library, source: CredentialSource, sts: Sts): CredentialsProvider {
    switch (source.kind) {
        case "static":
            return source.securityToken === undefined
                ? library.StaticAKCredentialsProvider.builder()
                      .withAccessKeyId(source.accessKeyId)
                      .withAccessKeySecret(source.accessKeySecret)
                      .build()
                : library.StaticSTSCredentialsProvider.builder()
                      .withAccessKeyId(source.accessKeyId)
                      .withAccessKeySecret(source.accessKeySecret)
                      .withSecurityToken(source.securityToken)
                      .build();
        case "profile":
            return library.CLIProfileCredentialsProvider.builder().withProfileName(source.name).build();
        case "uri":
            return untilExpiry(
                library.URICredentialsProvider.builder()
                    .withCredentialsURI(source.uri)
                    .withConnectTimeout(sts.timeouts.connectMs)
                    .withReadTimeout(sts.timeouts.readMs)
                    .build(),
            );
        case "ecs-role":
            return untilExpiry(
                library.ECSRAMRoleCredentialsProvider.builder().withRoleName(source.name).build(),
            );
        case "oidc":
            return untilExpiry(oidcProvider(library, source.role, sts));
        case "chain":
            return library.DefaultCredentialsProvider.builder().build();
    }
}

function oidcProvider(library: Library, role: OidcRole, sts: Sts): OIDCRoleArnCredentialsProvider {
    const builder = library.OIDCRoleArnCredentialsProvider.builder()
        .withRoleArn(role.roleArn)
        .withOIDCProviderArn(role.providerArn)
        .withOIDCTokenFilePath(role.tokenFile)
        .withRoleSessionName(role.sessionName)
        .withDurationSeconds(role.sessionSeconds)
        .withStsEndpoint(sts.host)
        .withConnectTimeout(sts.timeouts.connectMs)
        .withReadTimeout(sts.timeouts.readMs);
    return (role.policy === undefined ? builder : builder.withPolicy(role.policy)).build();
}

function roleProvider(
    library: Library,
    owner: CredentialsProvider,
    role: AssumedRole,
    sts: Sts,
): CredentialsProvider {
    const builder = library.RAMRoleARNCredentialsProvider.builder()
        .withCredentialsProvider(owner)
        .withRoleArn(role.roleArn)
        .withRoleSessionName(role.sessionName)
        .withDurationSeconds(role.sessionSeconds)
        .withStsEndpoint(sts.host)
        .withConnectTimeout(sts.timeouts.connectMs)
        .withReadTimeout(sts.timeouts.readMs);
    if (role.policy !== undefined) {
        builder.withPolicy(role.policy);
    }
    if (role.externalId !== undefined) {
        builder.withExternalId(role.externalId);
    }
    return withOwnErrors(untilExpiry(builder.build()), roleIssuer("assumeRole", role, sts));
}

/** The issuer of credentials, and the meaning of its failures. */
interface Issuer {
    readonly entry: ErrorEntry;
    readonly subject: string;
    readonly faultOf: (thrown: unknown) => CredentialFault;
}

function issuerOf(source: CredentialSource, sts: Sts): Issuer {
    const entry = ownErrors.MissingCredentials;
    switch (source.kind) {
        case "static":
            return { entry, subject: "the access key can't be used", faultOf: unknownFault };
        case "profile":
            return { entry, subject: `the profile ${source.name} can't be used`, faultOf: profileFault };
        case "uri":
            return { entry, subject: "the credentials URI returned none", faultOf: serviceFault };
        case "ecs-role":
            return {
                entry,
                subject: `this machine's metadata service returned none for the RAM role ${source.name}`,
                faultOf: serviceFault,
            };
        case "oidc":
            return roleIssuer("assumeRoleWithOidc", source.role, sts);
        case "chain":
            return { entry, subject: "all sources of the default chain were tried", faultOf: unknownFault };
    }
}

function roleIssuer(key: string, { roleArn }: Pick<AssumedRole, "roleArn">, { host }: Sts): Issuer {
    return {
        entry: ownErrors.RoleNotAssumed,
        subject: `${roleArn} of alicloud:${key}, requested from ${host}`,
        faultOf: stsFault,
    };
}

/** Replaces the provider's errors with our own, because the library's may contain secrets. */
function withOwnErrors(provider: CredentialsProvider, issuer: Issuer): CredentialsProvider {
    let obtained = false;
    return {
        getProviderName: () => provider.getProviderName(),
        getCredentials: async () => {
            try {
                const credentials = await provider.getCredentials();
                obtained = true;
                return credentials;
            } catch (thrown) {
                throw failure(issuer, thrown, obtained);
            }
        },
    };
}

/** @param obtained whether there were credentials before, so that this was a renewal. */
function failure(issuer: Issuer, thrown: unknown, obtained: boolean): AppSnapshotError | CredentialsError {
    if (thrown instanceof AppSnapshotError || thrown instanceof CredentialsError) {
        // The error of the owner that was to assume the role.
        return thrown;
    }
    const { reason, retryClass, entry: ownEntry } = issuer.faultOf(thrown);
    const detail = reason === undefined ? issuer.subject : `${issuer.subject}: ${reason}`;
    const entry = ownEntry ?? (obtained ? ownErrors.CredentialsNotRenewed : issuer.entry);
    // A renewal that fails for an unknown reason may succeed later.
    const renewable = obtained && reason === undefined;
    const error = new CredentialsError(entry, detail, renewable ? "again" : retryClass);
    return error.retryClass === "never" ? error.toAppSnapshotError() : error;
}

type SessionProvider = CredentialsProvider &
    Pick<OIDCRoleArnCredentialsProvider, "refresher" | "refreshSession">;

/**
 * Makes a provider fail once its credentials have expired. The library starts to renew a quarter of an hour early, and
 * if that fails uses the old credentials, even expired ones, which the API would call invalid. After the expiry, each
 * call tries to renew: the library would pause for minutes, but calls have their own pauses.
 */
function untilExpiry(provider: SessionProvider): CredentialsProvider {
    const renew = provider.refresher;
    let tries = 0;
    let expiresAt = Infinity;
    let lastFailure: Error | undefined;
    provider.refresher = async () => {
        tries += 1;
        try {
            const session = await renew.call(provider);
            expiresAt = Date.parse(session.expiration);
            lastFailure = undefined;
            return session;
        } catch (thrown) {
            lastFailure = thrown instanceof Error ? thrown : new Error(String(thrown));
            throw lastFailure;
        }
    };
    const failureAfterExpiry = (): Error | undefined => (Date.now() < expiresAt ? undefined : lastFailure);
    return {
        getProviderName: () => provider.getProviderName(),
        getCredentials: async () => {
            const before = tries;
            const credentials = await provider.getCredentials();
            if (failureAfterExpiry() === undefined) {
                return credentials;
            }
            if (tries === before) {
                await provider.refreshSession();
            }
            const failed = failureAfterExpiry();
            if (failed !== undefined) {
                throw failed;
            }
            return provider.getCredentials();
        },
    };
}
