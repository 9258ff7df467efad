import { appendFile } from "node:fs/promises";

import { type EngineEvent, LocalWorkspace, type OutputMap } from "@pulumi/pulumi/automation";

import { markdownOf, type Report } from "./report";
import { type Release, snapshotProgram } from "./snapshot";

// Takes the snapshot before a release in one process, without files of a stack, waits for it, and writes a report as
// Markdown: to $GITHUB_STEP_SUMMARY, if that is set, otherwise to the standard output. The exit code is 0 only if there is
// a snapshot that meets the requirements.
//
//     export ALIBABA_CLOUD_REGION=cn-hangzhou    # and credentials
//     RELEASE=1.4.0 INSTANCE_ID=i-bp1xxxxxxxxxxxxxxxxx npm start --silent
async function main(): Promise<void> {
    const release = { release: required("RELEASE"), instanceId: required("INSTANCE_ID") };
    const report = await take(release);
    const text = markdownOf(report);
    const file = process.env["GITHUB_STEP_SUMMARY"];
    if (file === undefined || file === "") {
        console.log(text);
    } else {
        await appendFile(file, text);
    }
    process.exitCode = report.isTaken ? 0 : 1;
}

async function take(release: Release): Promise<Report> {
    const stack = await LocalWorkspace.createOrSelectStack(
        {
            stackName: process.env["STACK"] ?? "production",
            projectName: "automation",
            program: snapshotProgram(release),
        },
        // Pulumi loads the packages from the folder of the project.
        { workDir: __dirname },
    );
    const events: EngineEvent[] = [];
    const options = {
        color: "never",
        onEvent: (event: EngineEvent) => {
            events.push(event);
        },
        // The progress is no part of the report.
        onOutput: (text: string) => {
            process.stderr.write(text);
        },
    } as const;
    try {
        const { outputs } = await stack.up(options);
        return { ...release, isTaken: true, outputs: valuesOf(outputs), messages: messagesIn(events) };
    } catch (thrown) {
        const found = messagesIn(events);
        const hasError = found.some(({ severity }) => severity === "error");
        // For example, a lock is no message of the update.
        const messages = hasError ? found : [...found, { severity: "error", text: textOf(thrown) }];
        // The outputs would still be those of the last successful update.
        return { ...release, isTaken: false, outputs: {}, messages };
    }
}

/** Returns the outputs. The Automation API decrypts secrets, and everybody who sees the job can read the report. */
function valuesOf(outputs: OutputMap): Record<string, unknown> {
    const values = Object.entries(outputs).map(
        ([name, { value, secret }]) => [name, secret ? "[secret]" : (value as unknown)] as const,
    );
    return Object.fromEntries(values);
}

/** The severities of messages that the engine shows. It also sends others: those for debugging contain secrets. */
const shown: readonly string[] = ["info", "info#err", "warning", "error"];

/** Returns what Pulumi and the resources reported, without progress. */
function messagesIn(events: readonly EngineEvent[]): Report["messages"] {
    return (
        events
            .flatMap(({ diagnosticEvent }) => (diagnosticEvent === undefined ? [] : [diagnosticEvent]))
            .filter(({ severity, ephemeral }) => shown.includes(severity) && ephemeral !== true)
            .map(({ severity, message }) => ({ severity, text: message.replace(/<\{%.*?%\}>/g, "").trim() }))
            // Pulumi adds it to the errors of resources.
            .filter(({ text }) => text !== "update failed")
    );
}

function required(name: string): string {
    const value = process.env[name];
    if (value === undefined || value === "") {
        throw new Error(`Set the environment variable ${name}.`);
    }
    return value;
}

function textOf(thrown: unknown): string {
    return thrown instanceof Error ? thrown.message : String(thrown);
}

main().catch((thrown: unknown) => {
    console.error(textOf(thrown));
    process.exitCode = 1;
});
