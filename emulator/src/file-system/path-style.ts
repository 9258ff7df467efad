/** How the paths of an operating system are written. */
export interface PathStyle {
    /** The names along a path; "." where it ends in a separator, which asks for a directory. */
    split(path: string): string[];
    isAbsolute(path: string): boolean;
    join(names: readonly string[]): string;
    /** What two names have in common that mean the same file. */
    key(name: string): string;
    /** Whether files have modes, and owners that these mean something to. */
    readonly hasModes: boolean;
}

function names(path: string, separator: RegExp): string[] {
    const parts = path.split(separator);
    const kept = parts.filter((part) => part !== "");
    return parts.length > 1 && parts.at(-1) === "" && kept.length > 0 ? [...kept, "."] : kept;
}

const linux: PathStyle = {
    split: (path) => names(path, /\//),
    isAbsolute: (path) => path.startsWith("/"),
    join: (parts) => `/${parts.join("/")}`,
    key: (name) => name,
    hasModes: true,
};

const windows: PathStyle = {
    // The end of the name of a drive says nothing more.
    split: (path) => names(path.replace(/^([A-Za-z]:)[\\/]+$/, "$1"), /[\\/]/),
    isAbsolute: (path) => /^[A-Za-z]:([\\/]|$)/.test(path),
    join: (parts) => (parts.length === 1 ? `${parts.join("")}\\` : parts.join("\\")),
    key: (name) => name.toLowerCase(),
    hasModes: false,
};

export const pathStyles: Readonly<Record<"linux" | "windows", PathStyle>> = { linux, windows };
