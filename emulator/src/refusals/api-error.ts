/** A refusal as the API reports it: an HTTP status, a code that clients match on, and a sentence. */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        message: string,
    ) {
        super(message);
        this.name = "ApiError";
    }
}

/** The JSON body of an answer. */
export type Body = Record<string, unknown>;

/** Returns the body of an error answer, with the fields that the SDKs read. */
export function errorBody(error: ApiError, requestId: string): Body {
    return {
        Code: error.code,
        Message: error.message,
        RequestId: requestId,
        HostId: "ecs-cn-hangzhou.aliyuncs.com",
        Recommend: `https://api.aliyun.com/troubleshoot?q=${encodeURIComponent(error.code)}&product=Ecs`,
    };
}

/** A refusal without its sentence. */
export interface RefusalCode {
    readonly status: number;
    readonly code: string;
}
