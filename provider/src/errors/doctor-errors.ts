import type { ErrorEntry } from "./error-entry";

/** Problems of an instance that only `app-snapshot doctor` looks for: an update would meet them in the plugin. */
export const doctorErrors = {
    MetadataServiceDisabled: {
        code: "MetadataServiceDisabled",
        cause: "the metadata service of the instance is off, so the plugin can't learn its instance or get the credentials of the RAM role",
        remedy: "Turn it on (`aliyun ecs ModifyInstanceMetadataOptions --HttpEndpoint enabled`).",
    },
    MetadataServiceUnreachable: {
        code: "MetadataServiceUnreachable",
        cause: "the metadata service does not answer the instance, so the plugin can't learn its instance or get the credentials of the RAM role",
        remedy: "Allow outbound TCP 80 to 100.100.100.200 in the instance's firewall and routes, and turn the metadata service on if it is off.",
    },
    EndpointUnreachable: {
        code: "EndpointUnreachable",
        cause: "no ECS endpoint of the region answers the instance, so the plugin can't create snapshots",
        remedy: "Allow outbound TCP 443 in the security group, the instance's firewall and its routes, and check its name server.",
    },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
