import { hostile, insertions, ofAllTypes, typeOf } from "./hostile";

/** The inputs of a resource by name, nested ones in an object. */
export type Inputs = Readonly<Record<string, unknown>>;

export interface InputCase {
    /** The name in the documentation: `linux.preScriptPath`. */
    readonly input: string;
    /** The name in a failure. */
    readonly named: string;
    readonly type: "string" | "boolean" | "number" | "list" | "object";
    /** The text of a failure, which may depend on the value. */
    readonly rule: string | ((value: unknown) => string);
    /** Right values, including the last ones before each bound. */
    readonly right: readonly unknown[];
    /** Wrong values of the right type, including the first ones past each bound. */
    readonly wrong: readonly unknown[];
    /** Right inputs that fit any right value. */
    readonly around: Inputs;
    readonly put: (inputs: Inputs, value: unknown) => Inputs;
}

/** Part of all right values of inputs that name something, so that a failure that quotes a value is noticed. */
export const secret = "hunter2";

const scripts = { preScriptPath: "/hunter2/pre", postScriptPath: "/hunter2/post" };

/** Inputs that are right, and to which any other right value can be added. */
export const rightInputs: Inputs = {
    resourceUrn: "urn:pulumi:dev::hunter2::pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshot::a",
    instanceId: "i-hunter2",
    regionId: "cn-hunter2",
    linux: scripts,
    windows: { enableWriters: true },
    instantAccess: true,
};

/** Right inputs with one of them replaced; undefined removes it. */
export function inputsWith(path: string, value: unknown, inputs: Inputs = rightInputs): Inputs {
    const [name = "", inner] = path.split(".");
    const own = inputs[name] as Inputs | undefined;
    return { ...inputs, [name]: inner === undefined ? value : { ...own, [inner]: value } };
}

type Limits = Pick<InputCase, "right" | "wrong"> & Partial<InputCase>;

function input(path: string, type: InputCase["type"], rule: InputCase["rule"], limits: Limits): InputCase {
    return {
        input: path,
        named: path,
        type,
        rule,
        around: rightInputs,
        put: (inputs, value) => inputsWith(path, value, inputs),
        ...limits,
    };
}

/** A text of a fixed form. It may contain nothing hostile anywhere. */
function name(path: string, rule: string, text: string, limits: Limits): InputCase {
    return input(path, "string", rule, {
        ...limits,
        right: [text, ...limits.right],
        wrong: ["", ...limits.wrong, ...hostile.flatMap((inserted) => insertions(text, inserted))],
    });
}

function choice(path: string, choices: readonly string[]): InputCase {
    return input(path, "string", `must be one of ${choices.map((each) => `"${each}"`).join(", ")}`, {
        right: choices,
        wrong: [
            "",
            secret,
            ...choices.map((each) => each.toUpperCase()),
            ...choices.flatMap((each) => hostile.flatMap((inserted) => insertions(each, inserted))),
            choices.join(),
        ],
    });
}

function switched(path: string): InputCase {
    return input(path, "boolean", "must be true or false", { right: [true, false], wrong: [] });
}

/** If 0 is right, so are some values that are wrong elsewhere. */
function isWithin(value: number, least: number, most: number): boolean {
    return Number.isInteger(value) && value >= least && value <= most;
}

function whole(path: string, least: number, most: number, more: Partial<InputCase> = {}): InputCase {
    return input(path, "number", `must be a whole number from ${least} to ${most}`, {
        right: [least, least + 1, most - 1, most],
        wrong: [
            least - 1,
            most + 1,
            least - 0.5,
            least + 0.5,
            most + 0.5,
            -least,
            -0,
            1e308,
            -1e308,
            Number.MIN_VALUE,
            Number.MAX_SAFE_INTEGER,
            2 ** 31,
            2 ** 32 + least,
        ].filter((value) => !isWithin(value, least, most)),
        ...more,
    });
}

function scriptPath(path: string): InputCase {
    return name(
        path,
        "must be an absolute path of at most 255 letters, digits, '.', '_', '-' or '/'",
        "/root/hunter2/script.sh",
        {
            right: ["/a", "/-", `/${"p".repeat(254)}`],
            wrong: ["/", `/${"p".repeat(255)}`, "hunter2", "./hunter2", "~/hunter2", "C:\\hunter2", "C:/x"],
        },
    );
}

const interpreter = "#!/bin/sh";
const scriptText = `${interpreter}\nPASSWORD=hunter2\n`;

/** Returns the rule that a wrong text of a script breaks. */
function scriptRule(value: unknown): string {
    if (typeof value !== "string") {
        return "must be a string, the text of a script";
    }
    if (value.includes("\r")) {
        return "must not contain carriage returns";
    }
    if (/[\0\p{Cs}]/u.test(value)) {
        return "must not contain NUL or invalid characters";
    }
    if (value.startsWith("\ufeff")) {
        return "must not begin with a byte order mark (BOM)";
    }
    return /^#![ \t]*\//.test(value)
        ? "must have at most 24576 bytes"
        : "must begin with the line that names its interpreter, such as #!/bin/sh";
}

/** Returns a script of that many bytes. */
function scriptOf(bytes: number, filler = "a"): string {
    const rest = bytes - scriptText.length;
    return (
        scriptText +
        filler.repeat(Math.floor(rest / Buffer.byteLength(filler))) +
        "#".repeat(rest % Buffer.byteLength(filler))
    );
}

/** A script may be any text, including what is hostile elsewhere. */
function script(path: string, around: Inputs): InputCase {
    return input(path, "string", scriptRule, {
        around,
        right: [
            interpreter,
            scriptText,
            "#!/usr/bin/env python3\n",
            "#!/hunter2",
            "#! /bin/hunter2",
            "#!\t/bin/hunter2 -e -x ",
            "#!/usr/bin/env -S hunter2=$(hunter2) sh -e\n",
            scriptOf(24_576),
            scriptOf(24_576, "数"),
            ...hostile
                .filter((text) => !/[\r\0\p{Cs}]/u.test(text) && text.length < 10_000)
                .map((text) => scriptText + text),
        ],
        wrong: [
            "",
            secret,
            "/root/hunter2/script.sh",
            "#!bin/hunter2",
            "#! bin/hunter2",
            "#!\n/bin/hunter2",
            "#",
            "#!",
            `\n${scriptText}`,
            ` ${scriptText}`,
            `\ufeff${scriptText}`,
            scriptText.toLowerCase().replace("#!", "!#"),
            ...hostile
                .filter((text) => !/[\r\0\p{Cs}]/u.test(text) && text.length < 10_000)
                .map((text) => text + scriptText),
            ...["\r", "\r\n", "\0", "\ud800", "\udc00", "\ud800a"].flatMap((text) => [
                scriptText + text,
                interpreter + text + scriptText,
            ]),
            `${scriptOf(24_576)}a`,
            scriptOf(24_577),
            scriptOf(24_577, "数"),
            scriptText + "数".repeat(8_192),
            scriptText.repeat(10_000),
        ],
    });
}

/** Every input. A new input of the resource must be added here. */
export const inputCases: readonly InputCase[] = [
    input("resourceUrn", "string", "must be a string", {
        right: ["", ...hostile],
        wrong: [],
    }),
    input("organization", "string", "must be a string", {
        right: ["", ...hostile],
        wrong: [],
    }),
    input("openScripts", "string", "must be a string", {
        right: ["", ...hostile],
        wrong: [],
    }),
    name("instanceId", "must be the id of an ECS instance", "i-hunter2", {
        right: ["i-a", `i-${"a".repeat(60)}`],
        wrong: ["i-", `i-${"a".repeat(61)}`, "I-hunter2", "hunter2", "d-hunter2", "i-hunter2-a", "--", "-"],
    }),
    name("regionId", "must be a region id such as cn-hangzhou", "cn-hunter2", {
        right: ["cn", `c${"n".repeat(40)}`, "us-west-1"],
        wrong: ["c", `c${"n".repeat(41)}`, "CN-HUNTER2", "1n", "-cn", "cn.hunter2", "cn/hunter2", "cn:1"],
    }),
    name("ramRoleName", "must be 1 to 64 letters, digits, '.', '_' or '-'", "Role.hunter2_a-b", {
        right: ["r", "r".repeat(64), "-", "--x", "."],
        wrong: ["r".repeat(65), "hunter2/a", "hunter2:a"],
    }),
    choice("roleAttachment", ["keep", "temporary", "none"]),
    name(
        "snapshotGroupName",
        "must be 2 to 128 letters, digits, '.', '_', '-' or ':', beginning with a letter",
        "group.hunter2_a-b:c",
        {
            right: ["gr", `g${"r".repeat(127)}`, "g--"],
            wrong: ["g", `g${"r".repeat(128)}`, "1hunter2", "-hunter2", "--hunter2", "_hunter2", "hunter2/a"],
        },
    ),
    input("description", "string", "must be 2 to 256 characters", {
        right: ["ab", "a".repeat(256), "😀😀", "😀".repeat(256), "-x", "--", "see http://x", "ftp://x"],
        wrong: [
            "",
            "a",
            "😀",
            "a".repeat(257),
            "😀".repeat(257),
            "http://hunter2",
            "https://hunter2",
            "HTTPS://hunter2",
        ],
    }),
    input("tags", "object", "must be an object", { right: [{}, { team: "hunter2" }], wrong: [] }),
    input("tags", "string", "must be a string of at most 128 characters", {
        named: "tags.team",
        put: (inputs, value) => inputsWith("tags", { first: "1", team: value, last: "" }, inputs),
        right: ["", "hunter2", "a".repeat(128), "a=b,c", "数据", "ftp://x", "x acs:y"],
        wrong: [
            "a".repeat(129),
            ...["http://hunter2", "see https://hunter2", "HTTPS://hunter2", "acs:hunter2"],
            ...hostile.filter((text) => /[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text)),
        ],
    }),
    input("excludeDiskIds", "list", "must be a list", {
        right: [[], ["d-hunter2"], ["d-hunter2", "d-hunter3"]],
        wrong: [],
    }),
    name("excludeDiskIds", "such as d-", "d-hunter2", {
        named: "excludeDiskIds[1]",
        put: (inputs, value) => inputsWith("excludeDiskIds", ["d-first", value, "d-last"], inputs),
        right: ["d-a", `d-${"a".repeat(60)}`],
        wrong: [
            "d-",
            `d-${"a".repeat(61)}`,
            "D-hunter2",
            "hunter2",
            "i-hunter2",
            "d-hunter2-a",
            "-",
            "--",
            null,
        ],
    }),
    input("linux", "object", "must be an object", { right: [scripts], wrong: [] }),
    scriptPath("linux.preScriptPath"),
    scriptPath("linux.postScriptPath"),
    script("linux.preScript", { ...rightInputs, linux: { postScript: scriptText } }),
    script("linux.postScript", { ...rightInputs, linux: { preScriptPath: "/hunter2/pre" } }),
    {
        ...switched("linux.keepScripts"),
        around: { ...rightInputs, linux: { preScript: scriptText, postScriptPath: "/hunter2/post" } },
    },
    {
        ...choice("linux.scriptOutput", ["show", "secret"]),
        around: { ...rightInputs, linux: { preScript: scriptText, postScriptPath: "/hunter2/post" } },
    },
    switched("linux.enableFsFreeze"),
    whole("linux.freezeTimeoutSeconds", 1, 3_600),
    whole("linux.scriptTimeoutSeconds", 1, 43_200, {
        // Two scripts of half a day each would not fit into the day that Cloud Assistant allows.
        around: { ...rightInputs, linux: {}, requiredConsistency: "filesystem" },
    }),
    input("windows", "object", "must be an object", { right: [{}, { enableWriters: true }], wrong: [] }),
    {
        ...switched("windows.enableWriters"),
        around: { ...rightInputs, requiredConsistency: "filesystem" },
    },
    switched("instantAccess"),
    whole("instantAccessRetentionDays", 1, 65_535),
    choice("requiredConsistency", ["application", "filesystem"]),
    choice("onDegraded", ["fail", "keep"]),
    choice("waitFor", ["available", "accomplished"]),
    whole("timeoutSeconds", 1, 604_800),
    whole("keepLast", 1, 200),
    whole("adoptWithinSeconds", 0, 2_592_000),
    input("triggers", "list", "must be a list", {
        right: [[], [...hostile], [...ofAllTypes], [[[]]], [null]],
        wrong: [],
    }),
];

/** All values that an input must refuse: wrong values, and values of all other types. */
export function badValues({ type, wrong }: InputCase): unknown[] {
    const texts = type === "string" ? [] : hostile;
    return [...wrong, ...[...ofAllTypes, ...texts].filter((value) => typeOf(value) !== type)];
}
