import { expect } from "chai";

import { mysql, postgresql, redis } from "../../provider/src/recipes/recipes";

type Recipe = (options?: Readonly<Record<string, unknown>>) => unknown;
const recipes = { mysql, postgresql, redis } as unknown as Readonly<Record<string, Recipe>>;

const paths = {
    good: ["/a", "/run/app-snapshot", "/a.b/c_d/e@f/g%h/i+j:k-2", "/..a/b.."],
    bad: [
        "",
        "a",
        "/",
        "/a/",
        "//a",
        "/a//b",
        "/a/../b",
        "/.",
        "/a b",
        "/a'b",
        "/a$b",
        "/a\nb",
        "/ä",
        `/${"a".repeat(255)}`,
    ],
};
const names = {
    good: ["a", "backup", "Backup_2", "a.b@c+d-e", "_x", "1"],
    bad: ["", "-a", ".a", "a b", "a=b", "a/b", "a'b", 'a"b', "a$b", "a;b", "a\n", "ü", "a".repeat(64)],
};
const hosts = {
    good: ["localhost", "127.0.0.1", "::1", "db-1.example.com"],
    bad: ["", "-h", "a b", "a/b", "a'b", "a;b", "a\n", "a".repeat(254)],
};
const ports = { good: [1, 3306, 65_535], bad: [0, -1, 65_536, 3306.5, NaN, Infinity] };
const seconds = { good: [5, 120, 7_200], bad: [0, 4, 7_201, 12.5, NaN] };
const waits = { good: [1, 30], bad: [0, 3_601, 1.5] };

/** The other options that an option needs, and its values, by recipe and option. */
const cases: Readonly<
    Record<
        string,
        Readonly<
            Record<
                string,
                { readonly good: unknown[]; readonly bad: unknown[]; readonly with?: Record<string, unknown> }
            >
        >
    >
> = {
    mysql: {
        socket: paths,
        host: hosts,
        port: { ...ports, with: { host: "localhost" } },
        user: names,
        defaultsFile: paths,
        defaultsExtraFile: paths,
        loginPath: names,
        client: paths,
        holdSeconds: seconds,
        lockWaitSeconds: waits,
        runDirectory: paths,
    },
    postgresql: {
        socketDirectory: paths,
        host: hosts,
        port: ports,
        user: names,
        database: names,
        systemUser: names,
        passwordFile: paths,
        service: names,
        serviceFile: { ...paths, with: { service: "main" } },
        client: paths,
        holdSeconds: seconds,
        lockWaitSeconds: waits,
        runDirectory: paths,
    },
    redis: {
        socket: paths,
        host: hosts,
        port: ports,
        user: { ...names, with: { passwordFile: "/root/password" } },
        passwordFile: paths,
        client: paths,
        holdSeconds: { ...seconds, with: { lockWaitSeconds: 1 } },
        lockWaitSeconds: waits,
        runDirectory: paths,
    },
};

for (const [recipe, options] of Object.entries(cases)) {
    describe(`the options of recipes.${recipe}`, () => {
        const make = recipes[recipe] ?? mysql;

        for (const [option, { good, bad, with: others = {} }] of Object.entries(options)) {
            it(`have rules for ${option}, and errors that name them`, () => {
                for (const value of good) {
                    expect(() => make({ ...others, [option]: value }), String(value)).not.to.throw();
                }
                for (const value of [...bad, null, true, {}, [], ["/a"], Symbol("a")]) {
                    expect(() => make({ ...others, [option]: value }), String(value)).to.throw(
                        new RegExp(`^recipes\\.${recipe}: ${option} must be `),
                    );
                }
                expect(() => make({ ...others, [option]: undefined })).not.to.throw();
            });
        }

        it("are all optional, and no others", () => {
            expect(() => make()).not.to.throw();
            expect(() => make({})).not.to.throw();
            expect(() => make({ holdSecs: 3 })).to.throw(
                /holdSecs is not an option; there are .*runDirectory/,
            );
            expect(() => make({ "'; reboot": 3 })).to.throw(/"'; reboot" is not an option/);
            expect(() => make({ ["a".repeat(999)]: 3 })).to.throw(/"a{64}" is not an option/);
            for (const value of [null, [], "text", 3]) {
                expect(() => make(value as never)).to.throw(
                    `recipes.${recipe}: the options must be an object.`,
                );
            }
        });

        it("do not quote possible secrets", () => {
            for (const option of Object.keys(options)) {
                expect(() => make({ [option]: "top secret!" }))
                    .to.throw()
                    .with.property("message")
                    .not.include("top");
            }
        });
    });
}

describe("wrong options", () => {
    it("are all reported in one error", () => {
        expect(() => mysql({ host: "h", port: 0, lockWaitSeconds: -1, hold: 1 } as never)).to.throw(
            /^recipes\.mysql: lockWaitSeconds must be .*; port must be .*; hold is not an option; there are .*\.$/,
        );
    });
});

describe("options that depend on each other", () => {
    for (const [make, message] of [
        [() => mysql({ socket: "/s", host: "h" }), "recipes.mysql: socket and host can't be set together."],
        [
            () => mysql({ defaultsFile: "/f", loginPath: "l" }),
            "recipes.mysql: defaultsFile and loginPath can't be set together.",
        ],
        [
            () => mysql({ port: 3306 }),
            "recipes.mysql: port needs host; without it the client uses the socket.",
        ],
        [
            () => postgresql({ host: "h", socketDirectory: "/s" }),
            "recipes.postgresql: socketDirectory and host can't be set together.",
        ],
        [() => postgresql({ serviceFile: "/s" }), "recipes.postgresql: serviceFile needs service."],
        [() => redis({ socket: "/s", port: 1 }), "recipes.redis: socket and port can't be set together."],
        [() => redis({ user: "u" }), "recipes.redis: user needs passwordFile."],
        [() => redis({ holdSeconds: 30 }), "recipes.redis: holdSeconds must be more than lockWaitSeconds."],
    ] as const) {
        it(message, () => {
            expect(make).to.throw(message);
        });
    }
});
