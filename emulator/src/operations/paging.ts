import type { Arguments } from "../parameters/arguments";
import { ApiError, type Body } from "../refusals/api-error";

/** A part of a list, and the fields of the answer that tell which. */
interface Page<T> {
    readonly items: readonly T[];
    readonly nextToken: string;
    readonly fields: Body;
}

const defaultSize = 10;

/** Cuts a page out of a list: ten entries unless the call asks for more with MaxResults, or with PageSize. */
export function paginate<T>(all: readonly T[], args: Arguments): Page<T> {
    const size = args.number("MaxResults") ?? args.number("PageSize") ?? defaultSize;
    const start = readToken(args.text("NextToken") ?? "");
    const end = start + size;
    return {
        items: all.slice(start, end),
        nextToken: end < all.length ? pageToken(end) : "",
        fields: { TotalCount: all.length, PageNumber: 1, PageSize: size },
    };
}

/** Returns the token of the page that begins there. */
export function pageToken(offset: number): string {
    return Buffer.from(`page:${offset}`, "utf8").toString("base64url");
}

function readToken(token: string): number {
    if (token === "") {
        return 0;
    }
    const form = /^page:(\d+)$/.exec(Buffer.from(token, "base64url").toString("utf8"));
    if (form === null) {
        throw new ApiError(400, "InvalidParameter.NextToken", "The specified NextToken is invalid.");
    }
    return Number(form[1]);
}
