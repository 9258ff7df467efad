/**
 * Whether the snapshot plugin supports a system, as far as its name tells. A newer member of a family than the plugin's
 * documentation lists is "newer".
 */
export type Support = "supported" | "not supported" | "newer" | "unknown";

/**
 * The systems that the plugin's documentation lists, by the name of the image. The spacing of these names
 * varies, and so does what follows the version.
 */
const rules: readonly {
    readonly pattern: RegExp;
    readonly supported: (major: number, minor: number, name: string) => boolean;
    /** For a family of which later members need not be supported. */
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
        // 15 and 17 were the first ones, numbered by the year.
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
 * Whether the plugin supports the system of that name. Imported images carry names that say little; for those
 * the answer is "unknown" and the plugin, which looks at the system itself, decides; so it does of newer systems.
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
