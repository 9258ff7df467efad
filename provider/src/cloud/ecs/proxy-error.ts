import type { Proxy } from "../configuration/proxies";

/** The failure of a proxy to pass a request on. The request was not sent. */
export class ProxyError extends Error {
    /**
     * @param status the status of the proxy's refusal; undefined if there was no answer.
     * @param code the code of Node.js for a broken connection; undefined if there is none.
     */
    constructor(
        readonly proxy: Proxy,
        readonly status: number | undefined,
        readonly code: string | undefined,
    ) {
        // The SDK's transport appends the whole signed URL to it, so it is never shown.
        super("the proxy did not pass the request on");
        this.name = "ProxyError";
    }
}
