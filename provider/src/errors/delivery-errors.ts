import { restartAgent, startAgent, upgradeAgent } from "./agent-commands";
import { type Circumstances, depending } from "./circumstances";
import type { ErrorEntry } from "./error-entry";

/** A reason why Cloud Assistant did not deliver a command to the instance, or did not run it to completion. */
export interface DeliveryErrorEntry extends ErrorEntry {
    /** True if the command may have run, so that a snapshot group may exist. */
    readonly groupMayExist: boolean;
}

const nothingRan = "Nothing ran on the instance.";
const mayHaveRun = "Check that the instance accepts writes, then run `pulumi up` again.";

type Uncoded = Omit<DeliveryErrorEntry, "code">;

/** Entries by the `ErrorCode` of an invocation's result, which is also this package's code for the error. */
const byErrorCode = coded({
    InstanceNotExists: before("the instance does not exist", "Correct instanceId or regionId."),
    InstanceReleased: {
        cause: "the instance was released",
        remedy: "Remove the resource from the program, or name another instance.",
        groupMayExist: true,
    },
    InstanceNotRunning: before(
        "the instance was not running when the command was created",
        "Start the instance (`aliyun ecs StartInstance`) and run `pulumi up` again.",
    ),
    CommandNotApplicable: before(
        "the command does not match the instance's operating system",
        "Report this with the instance's OSName.",
    ),
    AccountNotExists: before(
        "the operating system lacks the account that the command runs as",
        "Make sure that root (Linux) or System (Windows) exists.",
    ),
    DirectoryNotExists: before(
        "the working directory of the command does not exist",
        "Create /root on the instance.",
    ),
    BadCronExpression: before(
        "Cloud Assistant mistook the command for a scheduled one",
        "Run `pulumi up` again.",
    ),
    ClientNotRunning: before(
        "the Cloud Assistant agent is not running",
        (system) => `Start the agent on the instance (${startAgent(system)}) and run \`pulumi up\` again.`,
    ),
    ClientNotResponse: after(
        "the Cloud Assistant agent did not respond",
        (system) => `Restart the agent on the instance (${restartAgent(system)}). ${mayHaveRun}`,
    ),
    ClientIsUpgrading: before(
        "the Cloud Assistant agent is being upgraded",
        "Run `pulumi up` again in a minute.",
    ),
    ClientNeedUpgrade: before(
        "the Cloud Assistant agent is too old",
        (system) =>
            `Upgrade the agent on the instance (${upgradeAgent(system)}) and run \`pulumi up\` again.`,
    ),
    ClientNetworkBlocked: before(
        "the Cloud Assistant agent can't reach its service",
        "Allow outbound TCP 443 to the Cloud Assistant service, TCP 80 to 100.100.100.200 and UDP 53.",
    ),
    DeliveryTimeout: before(
        "the command did not reach the instance in time",
        "Check that the Cloud Assistant agent is online and run `pulumi up` again.",
    ),
    ExecutionTimeout: after("the command did not end within its time limit", mayHaveRun),
    ExecutionException: after("the command failed with an exception on the instance", mayHaveRun),
    ExecutionInterrupted: after(
        "the command was interrupted because the instance or the agent was restarted",
        mayHaveRun,
    ),
    ExitCodeNonzero: after("the command ended with an error", mayHaveRun),
    SecurityGroupRuleDenied: before(
        "a security group blocks the Cloud Assistant traffic",
        "Allow outbound TCP 443 to the Cloud Assistant service in the instance's security groups.",
    ),
});

/** Entries by `InvocationStatus`, for results without a known error code. */
const byStatus = coded(
    {
        Invalid: before(
            "Cloud Assistant rejected the command as invalid",
            (system) => `Upgrade the Cloud Assistant agent on the instance (${upgradeAgent(system)}).`,
        ),
        Aborted: before(
            "the command could not be delivered to the instance",
            "Check that the Cloud Assistant agent is online and run `pulumi up` again.",
        ),
        Error: after("the command could not be run properly", mayHaveRun),
        Timeout: after("the command did not end within its time limit", mayHaveRun),
        Cancelled: before("somebody cancelled the command before it started", "Run `pulumi up` again."),
        Terminated: after(
            "somebody stopped the command while it ran: a file system may still be frozen",
            "At once: check that the instance accepts writes. Then run `pulumi up` again.",
        ),
    },
    "Invocation",
);

const unlisted: DeliveryErrorEntry = {
    code: "InvocationFailed",
    ...after("the invocation ended in a way that Cloud Assistant does not document", mayHaveRun),
};

/** Returns the entry for an invocation that did not end with an exit code of the command. */
export function deliveryErrorEntry(errorCode: string, invocationStatus: string): DeliveryErrorEntry {
    return byErrorCode[errorCode] ?? byStatus[invocationStatus] ?? unlisted;
}

/** Every entry, for the documentation. */
export const deliveryErrors: readonly DeliveryErrorEntry[] = [
    ...Object.values(byErrorCode),
    ...Object.values(byStatus),
    unlisted,
];

type Remedy = string | ((circumstances: Circumstances) => string);

function before(cause: string, remedy: Remedy): Uncoded {
    return { cause, ...told(remedy, `${nothingRan} `), groupMayExist: false };
}

/** Describes an error after which the command may have run and ended between the freeze and the thaw. */
function after(cause: string, remedy: Remedy): Uncoded {
    return { cause, ...told(remedy), groupMayExist: true, urgent: true };
}

function told(remedy: Remedy, first = ""): Pick<Uncoded, "remedy" | "remedyFor"> {
    return typeof remedy === "string"
        ? { remedy: `${first}${remedy}` }
        : depending((circumstances) => `${first}${remedy(circumstances)}`);
}

function coded(
    table: Readonly<Record<string, Uncoded>>,
    prefix = "",
): Readonly<Record<string, DeliveryErrorEntry>> {
    return Object.fromEntries(
        Object.entries(table).map(([key, entry]) => [key, { code: `${prefix}${key}`, ...entry }]),
    );
}
