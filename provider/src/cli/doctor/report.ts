import { groupBy } from "../../runtime/group-by";
import type { Terminal } from "../command/services";
import { hanging, widthOf } from "../command/wrapping";
import { type Check, countOf, type Status } from "./check";

/** The check list. */
export interface Report {
    readonly regionId: string | undefined;
    readonly connection: readonly Check[];
    readonly instances: readonly InstanceReport[];
    readonly permissions: readonly Check[];
}

export interface InstanceReport {
    readonly instanceId: string;
    readonly checks: readonly Check[];
}

export function allChecks({ connection, instances, permissions }: Report): Check[] {
    return [...connection, ...instances.flatMap(({ checks }) => checks), ...permissions];
}

/**
 * Formats the report for people. Of several instances it leaves out what is in order, which would hide the rest, and
 * shows once what several have in common.
 */
export function reportText(report: Report, terminal: Terminal): string {
    const { connection, instances, permissions } = report;
    const layout = layoutOf(terminal);
    const shown =
        instances.length > 1
            ? instances.map(({ instanceId, checks }) => ({
                  instanceId,
                  checks: checks.filter(isNotOk),
              }))
            : instances;
    const good = shown.filter(({ checks }) => checks.length === 0);
    return [
        section("Connection", connection, layout),
        ...alike(shown.filter((instance) => !good.includes(instance))).map(([first, ...others]) =>
            section(titleOf([first, ...others]), first.checks, layout),
        ),
        ...(good.length === 0 ? [] : [`${numberOf(good, instances)}: everything checked is ok\n`]),
        ...(permissions.length === 0
            ? []
            : [section("Permissions", permissions, layout) + hangingText(permissionsNote, 2, layout)]),
        summary(allChecks(report)),
    ].join("\n");
}

type Instances = readonly [InstanceReport, ...InstanceReport[]];

/** Groups instances with the same checks. */
function alike(instances: readonly InstanceReport[]): Instances[] {
    return [...groupBy(instances, ({ checks }) => JSON.stringify(checks)).values()].flatMap(
        ([first, ...others]): Instances[] => (first === undefined ? [] : [[first, ...others]]),
    );
}

/** The most instances that a title names. */
const named = 5;

function titleOf(instances: Instances): string {
    const ids = instances.map(({ instanceId }) => instanceId);
    if (ids.length === 1) {
        return `Instance ${ids[0]}`;
    }
    const others = ids.length > named ? ` and ${ids.length - named} others, which --json lists` : "";
    return `${ids.length} instances: ${ids.slice(0, named).join(", ")}${others}`;
}

const permissionsNote =
    "Compare what is not checked with the policies in the RAM console. docs/requirements.md in this package has all of them.";

function numberOf(some: readonly unknown[], all: readonly unknown[]): string {
    return some.length === all.length
        ? `All ${all.length} instances`
        : `The other instances, ${some.length} of ${all.length}`;
}

/** Formats the report for machines. Names are only added to it in later versions. */
export function reportJson(report: Report): string {
    const { regionId, connection, instances, permissions } = report;
    const all = allChecks(report);
    return `${JSON.stringify(
        {
            region: regionId,
            problems: countOf(all, "problem"),
            warnings: countOf(all, "warning"),
            connection,
            instances: instances.map(({ instanceId, checks }) => ({ instanceId, checks })),
            permissions,
        },
        undefined,
        2,
    )}\n`;
}

function isNotOk({ status }: Check): boolean {
    return status !== "ok";
}

function summary(checks: readonly Check[]): string {
    const count = (status: Status, noun: string): string => {
        const number = countOf(checks, status);
        return `${number === 0 ? "no" : String(number)} ${noun}${number === 1 ? "" : "s"}`;
    };
    const unchecked = countOf(checks, "not checked");
    return `Result: ${count("problem", "problem")}, ${count("warning", "warning")}, ${unchecked} not checked.\n`;
}

interface Layout {
    readonly width: number;
    readonly colours: boolean;
}

function layoutOf(terminal: Terminal): Layout {
    return { width: widthOf(terminal), colours: terminal.colours };
}

function section(title: string, checks: readonly Check[], layout: Layout): string {
    return `${hangingText(title, 0, layout)}${checks.map((check) => line(check, layout)).join("")}`;
}

/** The width of the widest status. */
const statusWidth = "not checked".length;

/** The column in which the texts begin. */
const margin = 2 + statusWidth + 2;

/** Formats a check: its status, its name, its message, and below that the remedy. */
function line({ check, status, message, code, remedy }: Check, layout: Layout): string {
    const text = `${check}: ${code === undefined ? "" : `${code}: `}${message}`;
    const lines =
        hangingText(text, margin, layout) +
        (remedy === undefined ? "" : hangingText(`What to do: ${remedy}`, margin, layout));
    return `  ${coloured(status, layout)}${lines.slice(2 + status.length)}`;
}

const colourCodes: Readonly<Record<Status, number>> = { ok: 32, warning: 33, problem: 31, "not checked": 2 };

function coloured(status: Status, { colours }: Layout): string {
    return colours ? `\u001b[${colourCodes[status]}m${status}\u001b[0m` : status;
}

/** Returns lines of text that begin in one column. */
function hangingText(text: string, column: number, { width }: Layout): string {
    return hanging(" ".repeat(column), text, width);
}
