/**
 * A name for a snapshot group whose program gives none: the resource's own name and the time, so that a person
 * finds it in the console. Every run gets another one, so that its group can be told from all others.
 *
 * @param runId a unique id; its first characters end the name.
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
