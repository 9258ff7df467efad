import type { Disk, MetadataService } from "../../cloud/ecs/api";
import type { SnapshotSpecification } from "../../core/inputs/specification";
import { describeDisks, type DiskSelection } from "../../core/instance/disks";
import { type Examination, examine, type Finding } from "../../core/instance/findings";
import type { Observation } from "../../core/instance/observation";
import { preflightVerdict } from "../../core/instance/preflight";
import { isExpired, type Lease } from "../../core/role/lease";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { doctorErrors } from "../../errors/doctor-errors";
import { type Check, messageOf, notChecked, ok, problemOf, warning } from "./check";

/** Returns the check list of an instance, from the same findings as preflight. Pure. */
export function instanceChecks(
    specification: SnapshotSpecification,
    observation: Observation,
    regionId: string,
): Check[] {
    const { instance } = observation;
    const verdict = preflightVerdict(specification, observation, regionId);
    if (instance === undefined) {
        return verdict.ok ? [] : [problemOf("instance", verdict.error)];
    }
    const examination = examine(specification, instance, observation);
    const { findings } = examination;
    const phase = verdict.awaited?.phase;
    const starts = phase === "starting" || phase === "new";
    const list = (check: string, finding: Finding, found: () => string): Check[] =>
        listOf(check, finding, found, starts);
    const started = instance.startTime === "" ? "" : `, since ${instance.startTime}`;
    return [
        ...list("state", findings.state, () => `${instance.status}${started}`),
        ...list("system", findings.system, () => instance.osName),
        ...list("agent", findings.agent, () => `${observation.agent?.version ?? ""}, online`),
        ...list("disks", findings.disks, () => ""),
        ...diskFacts(examination, specification, observation.disks),
        ...list("network", findings.network, () => instance.networkType),
        ...metadataChecks(instance.metadataService),
        ...roleChecks(examination, specification, observation),
    ];
}

/**
 * Returns the lines of one finding.
 *
 * @param found describes an instance without problems; empty for no line.
 * @param starts whether the instance starts at the moment, for whose end `pulumi up` waits.
 */
function listOf(check: string, finding: Finding, found: () => string, starts: boolean): Check[] {
    if (finding.refusal !== undefined) {
        return [
            notChecked(check, `the caller may not call ${finding.refusal.operation}, see the permissions`),
        ];
    }
    const lines = [
        ...finding.problems.map((error) => (starts ? awaited(check, error) : problemOf(check, error))),
        ...finding.warnings.map((text) => warning(check, text)),
    ];
    const fact = found();
    return lines.length > 0 || fact === "" ? lines : [ok(check, fact)];
}

function awaited(check: string, error: AppSnapshotError): Check {
    return warning(
        check,
        messageOf(error),
        "The instance was started a short time ago: `pulumi up` waits up to 15 minutes for it. Check it again later.",
    );
}

/** Says which disks are in the snapshot; the findings have those that are left out because of their category. */
function diskFacts(
    { selection, findings }: Examination,
    { excludeDiskIds }: SnapshotSpecification,
    attached: readonly Disk[],
): Check[] {
    if (findings.disks.refusal !== undefined || selection.included.length === 0) {
        return [];
    }
    const excluded = attached.filter(({ diskId }) => excludeDiskIds.includes(diskId));
    return [
        ok("disks", includedText(selection)),
        ...(excluded.length === 0
            ? []
            : [
                  warning(
                      "disks",
                      `excluded: ${describeDisks(excluded)}. They are not in the snapshot, but their file systems are frozen with the others.`,
                  ),
              ]),
    ];
}

function includedText({ included }: DiskSelection): string {
    return `in the snapshot: ${included.map((disk) => `${disk.diskId} (${disk.category}, ${disk.type})`).join(", ")}`;
}

/** Returns the check of the metadata service, from which the plugin learns the instance and gets its credentials. */
export function metadataChecks(service: MetadataService): Check[] {
    const check = "metadata service";
    switch (service) {
        case "open":
            return [ok(check, "on, and needs no token")];
        case "tokens required":
            return [
                warning(
                    check,
                    "it needs tokens (IMDSv2), and it is not known whether the plugin can use them",
                    "If the plugin fails with exit code 1 or 13, allow requests without a token (`aliyun ecs ModifyInstanceMetadataOptions --HttpEndpoint enabled --HttpTokens optional`).",
                ),
            ];
        case "disabled":
            return [problemOf(check, new AppSnapshotError(doctorErrors.MetadataServiceDisabled))];
        case "":
            return [
                notChecked(
                    check,
                    "the API does not tell whether it is on",
                    "See the instance's metadata options in the ECS console.",
                ),
            ];
    }
}

function roleChecks(
    { attachedRole, lease, findings }: Examination,
    specification: SnapshotSpecification,
    observation: Observation,
): Check[] {
    const check = "role";
    const leaseLines = lease === undefined ? [] : [leaseCheck(check, lease, observation)];
    const lines = listOf(check, findings.role, () => "", false);
    if (lines.length > 0) {
        return [...lines, ...leaseLines];
    }
    const { ramRoleName, roleAttachment } = specification;
    const line =
        attachedRole === ramRoleName
            ? ok(check, `${ramRoleName} is attached`)
            : ok(
                  check,
                  `${observation.attachedRole === undefined ? "none" : "only a temporary one"} is attached; a snapshot attaches ${ramRoleName}${roleAttachment === "temporary" ? " for its own time" : ""}`,
              );
    return [line, ...leaseLines];
}

function leaseCheck(check: string, lease: Lease, { attachedRole, now }: Observation): Check {
    const { ramRoleName, expires } = lease;
    const until = new Date(expires).toISOString();
    if (!isExpired(lease, now)) {
        return warning(
            check,
            `a snapshot of the instance may be using the temporary role ${ramRoleName}, until ${until} at the latest`,
            "Another snapshot waits for it. If no update is running, the next `pulumi up` of the same stack detaches the role.",
        );
    }
    return attachedRole === ramRoleName
        ? warning(
              check,
              `the temporary role ${ramRoleName}, which was needed until ${until}, is still attached`,
              "The next `pulumi up` or `pulumi destroy` for the instance detaches it, and so does `app-snapshot orphans --delete` for the stack that attached it.",
          )
        : ok(
              check,
              `the tag of the temporary role ${ramRoleName} is left; the role is not attached any more`,
          );
}
