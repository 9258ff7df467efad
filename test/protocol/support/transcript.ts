import type { ShownMessage } from "../../unit/support/engine-server";

/** The counts of a command's steps, in the order in which the engine lists them. */
const operations = ["created", "updated", "replaced", "deleted", "unchanged"] as const;

export type Operation = (typeof operations)[number];

const planned: Readonly<Record<Operation, string>> = {
    created: "to create",
    updated: "to update",
    replaced: "to replace",
    deleted: "to delete",
    unchanged: "unchanged",
};

/** The severities of the engine's protocol. */
const severities = { debug: 0, warning: 2 } as const;

/** The output of a command, close enough to the engine's own display for the tests. */
export class Transcript {
    private readonly lines: string[] = [];
    private readonly counts = new Map<Operation, number>();
    /** Tells whether nothing was done yet. */
    isPlanOnly = false;

    constructor(private readonly withDebug: boolean) {}

    /** A message that the provider sent. */
    show({ severity, message, urn }: ShownMessage): void {
        if (severity === severities.debug) {
            if (this.withDebug) {
                this.lines.push(`debug: ${message}`);
            }
            return;
        }
        const row = urn === "" ? "Stack" : urn.split("::").slice(-2).join(" ").replace(/^.*:/, "");
        this.lines.push(severity === severities.warning ? `warning: ${message}` : `${row} ${message}`);
    }

    error(message: string): void {
        this.lines.push(`error: ${message}`);
    }

    line(text: string): void {
        this.lines.push(text);
    }

    did(operation: Operation): void {
        this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
    }

    get text(): string {
        const counted = operations.filter((operation) => this.counts.has(operation));
        const name = (operation: Operation): string => (this.isPlanOnly ? planned[operation] : operation);
        const summary = counted.map(
            (operation) => `    ${this.counts.get(operation) ?? 0} ${name(operation)}`,
        );
        return [...this.lines, "Resources:", ...summary, ""].join("\n");
    }
}
