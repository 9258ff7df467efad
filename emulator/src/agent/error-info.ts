/** The `ErrorInfo` beside each `ErrorCode`, word for word as it is documented. */
const errorInfo = {
    ClientNeedUpgrade: "the aliyun service in the instance need upgrade",
    ClientNotResponse: "the aliyun service in the instance does not response",
    ClientNotRunning: "the aliyun service is not running on the instance",
    DeliveryTimeout: "the command delivery has been timeout",
    ExecutionException: "the command execution got an exception",
    ExecutionInterrupted: "the command execution has been interrupted",
    ExecutionTimeout: "the command execution has been timeout",
    ExitCodeNonzero: "the command execution exit code is not zero",
    InstanceNotRunning: "the instance is not running when create task",
    InstanceReleased: "the instance has released when create task",
} as const;

type DocumentedErrorCode = keyof typeof errorInfo;

/** Returns both fields of a result. */
export function documentedError(errorCode: DocumentedErrorCode): {
    readonly errorCode: string;
    readonly errorInfo: string;
} {
    return { errorCode, errorInfo: errorInfo[errorCode] };
}
