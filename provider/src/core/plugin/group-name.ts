/**
 * Returns a name for a snapshot group if the program gives none: the resource's name and the time, so that it can be
 * found in the console. It is different for each run, which identifies the run's group.
 *
 * @param now the time, in milliseconds since the epoch.
 * @param runId a unique id, the beginning of which ends the name.
 */
export function generatedGroupName(resourceUrn: string | undefined, now: number, runId: string): string {
    const resourceName = resourceUrn?.split("::").at(-1) ?? "";
    const stem = resourceName
        .replace(/[^A-Za-z0-9._:-]+/g, "-")
        .replace(/^[^A-Za-z]+/, "")
        .slice(0, 90);
    const time = new Date(now)
        .toISOString()
        .replace(/\.\d+Z$/, "Z")
        .replace(/[-:]/g, "");
    const suffix = runId.replace(/[^A-Za-z0-9]/g, "").slice(0, 6);
    return `${stem === "" ? "app-snapshot" : stem}-${time}-${suffix}`;
}
