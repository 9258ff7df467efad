import { ApiError } from "../refusals/api-error";

/** Applies the rule for names of snapshot groups. */
export function checkGroupName(name: string | undefined): void {
    if (name !== undefined && name !== "" && !/^[A-Za-z][A-Za-z0-9._:-]{1,127}$/.test(name)) {
        throw new ApiError(
            400,
            "InvalidParameter.Name",
            `The specified parameter Name is invalid: "${name}".`,
        );
    }
}

/** Applies the rule for descriptions of snapshot groups. */
export function checkGroupDescription(description: string | undefined): void {
    if (description === undefined || description === "") {
        return;
    }
    if (description.length < 2 || description.length > 256 || /^https?:\/\//.test(description)) {
        throw new ApiError(
            400,
            "InvalidParameter.Description",
            "The specified parameter Description is invalid.",
        );
    }
}

/** Applies the rule for client tokens. */
export function checkClientToken(token: string): void {
    if (token.length > 64 || !/^[\x21-\x7e]+$/.test(token)) {
        throw new ApiError(
            400,
            "InvalidClientToken.Malformed",
            "The specified ClientToken must be 1 to 64 printable ASCII characters.",
        );
    }
}
