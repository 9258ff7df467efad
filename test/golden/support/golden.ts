import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { HeldFleet } from "./fleet-scenarios";
import type { HeldResource } from "./resource";

const folder = join(__dirname, "..");

/** The remedy for a difference from a golden file. */
export const onlyAdd =
    "States, tags and URNs of this form exist, so later releases only add to it. If this is an addition, add it to the " +
    "golden file; if the release of that file is published, add it to a copy in a folder of the next release. A key " +
    "that is renamed or removed, or a value of another form, breaks states that exist: keep it as it was";

/**
 * The exact text of the provider that every state keeps and runs. A change of it is a change of all states,
 * and the text of old releases must go on working: do it only if there is no other way.
 */
export const shimText = readFileSync(join(folder, "shim.txt"), "utf8");

/** The same of a fleet. */
export const fleetShimText = readFileSync(join(folder, "fleet-shim.txt"), "utf8");

/** The releases that golden files are of, the latest last. */
export const releases = releasesIn(folder);

/** The same of fleets. */
export const fleetReleases = releasesIn(join(folder, "fleets"));

function releasesIn(parent: string): readonly string[] {
    return readdirSync(parent)
        .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
        .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** The resources that a release left, by the names of their files. */
export function goldenResources(release: string): ReadonlyMap<string, HeldResource> {
    return readAll(release);
}

function readAll<Held>(name: string): ReadonlyMap<string, Held> {
    return new Map(
        readdirSync(join(folder, name)).map((file) => [
            file.replace(/\.json$/, ""),
            JSON.parse(readFileSync(join(folder, name, file), "utf8")) as Held,
        ]),
    );
}

/** The same of fleets. */
export function goldenFleets(release: string): ReadonlyMap<string, HeldFleet> {
    return readAll(join("fleets", release));
}

/** Fails unless a fleet is what the latest golden file has. */
export function expectGoldenFleet(name: string, fleet: HeldFleet): void {
    const release = fleetReleases.at(-1) ?? "";
    const file = `test/golden/fleets/${release}/${name}.json. ${onlyAdd}`;
    expect(comparable(fleet), file).to.deep.equal(goldenFleets(release).get(name));
}

/** Fails unless a resource is what the latest golden file has. */
export function expectGolden(name: string, resource: HeldResource): void {
    const release = releases.at(-1) ?? "";
    const golden = goldenResources(release).get(name);
    expect(comparable(resource), `test/golden/${release}/${name}.json. ${onlyAdd}`).to.deep.equal(golden);
}

/** Returns a resource without what differs between runs (ids, times) and without the wording of warnings. */
export function comparable(resource: HeldResource | HeldFleet): unknown {
    const ids: string[] = [];
    const text = JSON.stringify(sorted(resource))
        .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
            if (!ids.includes(id)) {
                ids.push(id);
            }
            return `00000000-0000-4000-8000-${String(ids.indexOf(id) + 1).padStart(12, "0")}`;
        })
        .replace(/-\d{8}T\d{6}Z-[0-9a-f]{6}\b/g, "-20250102T030405Z-000001")
        .replace(/\bfleet-[0-9a-f]{16}\b/g, "fleet-0000000000000001")
        .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z/g, "2025-01-02T03:04:06Z")
        .replace(/\/\d{10}\//g, "/1735787045/");
    return JSON.parse(text);
}

/** Tells whether a value is the text of an error, which later releases may word otherwise. */
function isWording(key: string, value: unknown): boolean {
    return typeof value === "string" && (key === "message" || key === "remedy");
}

/** Sorts by the keys, so that ids are numbered in the same order, whatever the order of the keys in the code. */
function sorted(value: unknown, key = ""): unknown {
    if (Array.isArray(value)) {
        return value.map((item: unknown) => (key === "warnings" ? "a warning" : sorted(item)));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, item]) => [name, isWording(name, item) ? "a text" : sorted(item, name)]),
    );
}
