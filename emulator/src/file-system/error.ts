const texts = {
    ENOENT: "No such file or directory",
    EEXIST: "File exists",
    ENOTDIR: "Not a directory",
    EISDIR: "Is a directory",
    ENOTEMPTY: "Directory not empty",
    ELOOP: "Too many levels of symbolic links",
    EBUSY: "Device or resource busy",
    EINVAL: "Invalid argument",
    ENAMETOOLONG: "File name too long",
} as const;

type ErrorName = keyof typeof texts;

/** A refusal of the instance's kernel. The message is the one that its programs print. */
export class FileSystemError extends Error {
    constructor(
        readonly code: ErrorName,
        /** The part of the path that is refused, if that is not the whole of it. */
        readonly path?: string,
    ) {
        super(texts[code]);
        this.name = "FileSystemError";
    }
}

/** Returns the refusal of a piece of work; undefined when it is done. Any other error is a mistake and passes. */
export function refusalOf(work: () => void): FileSystemError | undefined {
    try {
        work();
        return undefined;
    } catch (thrown) {
        if (thrown instanceof FileSystemError) {
            return thrown;
        }
        throw thrown;
    }
}
