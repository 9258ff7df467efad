/**
 * The plugin's support for an operating system, according to its name. "newer" is a later version of a supported family
 * than the plugin's documentation lists.
 */
export type Support = "supported" | "not supported" | "newer" | "unknown";

/**
 * The operating systems that the plugin's documentation lists, by the name of the image. The spacing of these names
 * varies, and so does the text after the version.
 */
const rules: readonly {
    readonly pattern: RegExp;
    readonly supported: (major: number, minor: number, name: string) => boolean;
    /** Tells whether a version is newer than the listed ones, for families whose later versions may be unsupported. */
    readonly newer?: (major: number) => boolean;
}[] = [
    {
        pattern: /^CentOS\s+(\d+)(?:\.(\d+))?/i,
        supported: (major, minor) => major > 7 || (major === 7 && minor >= 6),
    },
    { pattern: /^Ubuntu\s+(\d+)(?:\.(\d+))?/i, supported: (major) => major >= 18 },
    {
        pattern: /^(?:Alibaba Cloud|Aliyun) Linux\s+(\d+)/i,
        supported: (major) => major === 2 || major === 3,
        // 15 and 17 were the first versions, numbered by the year.
        newer: (major) => major > 3 && major < 15,
    },
    {
        pattern: /^Windows Server\s+(?:Version\s+)?(\d+)/i,
        supported: (year, _minor, name) =>
            [2016, 2019, 2022].includes(year) || (year === 2012 && /2012\s*R2/i.test(name)),
        newer: (year) => year > 2022,
    },
    {
        pattern: /^(?:Debian|openSUSE|SUSE|Fedora|CoreOS|FreeBSD|Anolis|AlmaLinux|Rocky|Red Hat)/i,
        supported: () => false,
    },
];

/**
 * Tells whether the plugin supports the operating system of that name. For imported images, whose names say little, it
 * is "unknown". Then, and for newer systems, the plugin decides, which examines the system itself.
 */
export function supportOf(osName: string): Support {
    const name = osName.trim();
    for (const rule of rules) {
        const match = rule.pattern.exec(name);
        if (match !== null) {
            const [major, minor] = [Number(match[1] ?? 0), Number(match[2] ?? 0)];
            if (rule.supported(major, minor, name)) {
                return "supported";
            }
            return rule.newer?.(major) === true ? "newer" : "not supported";
        }
    }
    return "unknown";
}
