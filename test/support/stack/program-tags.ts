/** Returns the tags that are neither this package's nor the plugin's nor the cloud's. */
export function programTags(tags: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
        Object.entries(tags).filter(([key]) => !/^(?:app-snapshot:|acs:|APPConsistent$)/.test(key)),
    );
}
