import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

import { alicloudKeys } from "../../../provider/src/cloud/configuration/alicloud-keys";
import { operations } from "../../../provider/src/cloud/ecs/operation-table";
import { root } from "./markdown";

/** All pages of the documentation, by their paths in the repository. */
export const pages: readonly string[] = [
    ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"],
    ...filesIn("docs").filter((path) => path.endsWith(".md")),
];

/** The TypeScript sources in a folder, by their paths in the repository. */
export function sourceFiles(folder: string): string[] {
    return filesIn(folder).filter((path) => path.endsWith(".ts"));
}

function filesIn(folder: string): string[] {
    return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) =>
        join(folder, name).replaceAll("\\", "/"),
    );
}

const resourceFolder = "provider/src/pulumi/resource";

/** All inputs of a snapshot by their path, such as `linux.preScriptPath`, from the interfaces of its arguments. */
export function declaredInputs(): string[] {
    const source = parse(join(resourceFolder, "arguments.ts"));
    return [
        ...membersOf(source, "AppConsistentSnapshotArgs"),
        ...membersOf(source, "CommonSnapshotArgs"),
        ...membersOf(source, "LinuxSnapshotArgs").map((name) => `linux.${name}`),
        ...membersOf(source, "WindowsSnapshotArgs").map((name) => `windows.${name}`),
    ];
}

/** The inputs that only a fleet has, likewise. */
export function declaredFleetInputs(): string[] {
    const source = parse(join(resourceFolder, "fleet-arguments.ts"));
    return [
        ...membersOf(source, "AppConsistentSnapshotFleetArgs"),
        ...membersOf(source, "FleetInstanceArgs").map((name) => `instances[].${name}`),
    ];
}

/** All outputs of a fleet, nested ones as `snapshots[id].snapshotGroupId`. */
export function declaredFleetOutputs(): string[] {
    const source = parse("provider/src/core/fleet/fleet-outputs.ts");
    return [
        ...membersOf(
            parse(join(resourceFolder, "app-consistent-snapshot-fleet.ts")),
            "AppConsistentSnapshotFleet",
        ),
        ...membersOf(source, "FleetSnapshot").map((name) => `snapshots[id].${name}`),
        ...membersOf(source, "FleetFailure").map((name) => `failures[id].${name}`),
        ...membersOf(source, "FleetReport").map((name) => `reports[id].${name}`),
    ];
}

/** All outputs of a snapshot, nested ones as `snapshots[].snapshotId`. */
export function declaredOutputs(): string[] {
    return [
        ...membersOf(parse(join(resourceFolder, "app-consistent-snapshot.ts")), "AppConsistentSnapshot"),
        ...membersOf(parse("provider/src/core/lifecycle/outputs.ts"), "SnapshotOutput").map(
            (name) => `snapshots[].${name}`,
        ),
        ...membersOf(parse("provider/src/core/run/run-report.ts"), "Durations").map(
            (name) => `durations.${name}`,
        ),
    ];
}

/** The options of a recipe that are its own: those of `mysql.ts` are declared by `MysqlOptions`. */
export function declaredOptions(file: string, name: string): string[] {
    return membersOf(parse(join("provider/src/recipes", file)), name);
}

/** The options of the caller's policy. */
export function declaredCallerOptions(): string[] {
    return membersOf(parse("provider/src/policies/caller.ts"), "CallerOptions");
}

/** The operations that the API client calls. */
export function calledOperations(): string[] {
    return [...new Set(Object.values(operations).map(({ name }) => name))];
}

/** The configuration keys and environment variables that the settings are read from. */
export function settingNames(): string[] {
    const folder = join(root, "provider/src/cloud/configuration");
    const text = readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), "utf8"))
        .join("");
    const read = Object.entries(alicloudKeys).filter(([, treatment]) => treatment !== "ignored");
    return [
        ...read.map(([key]) => `alicloud:${key}`),
        ...new Set(text.match(/\b(?:ALIBABA_CLOUD|ALICLOUD)_[A-Z_]+/g)),
    ];
}

function parse(path: string): ts.SourceFile {
    return ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest, true);
}

/** The names of the properties that an interface or a class declares, without static ones. */
function membersOf(source: ts.SourceFile, name: string): string[] {
    const declaration = source.statements.find(
        (statement): statement is ts.InterfaceDeclaration | ts.ClassDeclaration =>
            (ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement)) &&
            statement.name?.text === name,
    );
    if (declaration === undefined) {
        throw new Error(`${source.fileName} declares no ${name}.`);
    }
    return [...declaration.members]
        .filter((member) => ts.isPropertySignature(member) || ts.isPropertyDeclaration(member))
        .filter((member) => !ts.getModifiers(member as ts.PropertyDeclaration)?.some(isStatic))
        .map((member) => member.name.getText(source));
}

function isStatic(modifier: ts.Modifier): boolean {
    return modifier.kind === ts.SyntaxKind.StaticKeyword;
}
