// @ts-check
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import js from "@eslint/js";
import simpleImportSort from "eslint-plugin-simple-import-sort";
import tseslint from "typescript-eslint";

const FOLDERS = ["provider/src", "emulator/src", "examples", "test", "tools"];

const CAUGHT_VALUES = [
    {
        selector: "CatchClause > Identifier.param[name!='thrown']",
        message: "A caught value is called `thrown`.",
    },
    {
        selector:
            "CallExpression[callee.property.name='catch'] > ArrowFunctionExpression > Identifier.params[name!='thrown']",
        message: "A caught value is called `thrown`.",
    },
];

/** A constant with a declared type may be an arrow function, which then gets its parameters' types from that. */
const TOP_LEVEL_FUNCTIONS = ["Program", "Program > ExportNamedDeclaration"].map((parent) => ({
    selector: `${parent} > VariableDeclaration > VariableDeclarator:not([id.typeAnnotation]) > ArrowFunctionExpression.init`,
    message: "At the top level of a file, declare functions with `function`.",
}));

const READONLY_PROPERTIES = [
    {
        selector: "TSPropertySignature[readonly!=true]",
        message: "Properties of object types are `readonly`.",
    },
];

/**
 * Returns a digest of the sources. The findings in one file depend on the types in others, but the cache of ESLint
 * (`--cache`) looks only at that file and at this configuration. So the digest is part of the configuration. No file
 * has types from a test.
 */
function typesOfOthers() {
    const files = FOLDERS.flatMap((folder) =>
        readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: "utf8" })
            .filter((name) => /\.m?ts$|\.mjs$/.test(name) && !/node_modules|\.test\.ts$/.test(name))
            .map((name) => join(folder, name)),
    );
    const hash = createHash("sha256");
    for (const file of ["package-lock.json", "tsconfig.base.json", "tsconfig.lint.json", ...files.sort()]) {
        hash.update(`${file}\n`).update(readFileSync(join(import.meta.dirname, file)));
    }
    return hash.digest("hex");
}

export default tseslint.config(
    { ignores: ["**/dist/", "**/node_modules/", ".cache/"] },
    js.configs.recommended,
    {
        files: ["**/*.ts"],
        extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
        languageOptions: {
            parserOptions: {
                // All sources as one program: with a project for each package they would be checked three times.
                project: "./tsconfig.lint.json",
                tsconfigRootDir: import.meta.dirname,
            },
        },
        settings: { typesOfOthers: typesOfOthers() },
        rules: {
            // Numbers and booleans read well in messages; objects and undefined do not, and stay refused.
            "@typescript-eslint/dot-notation": "off", // the compiler's noPropertyAccessFromIndexSignature would say the opposite
            "@typescript-eslint/restrict-template-expressions": [
                "error",
                { allowNumber: true, allowBoolean: true },
            ],
        },
    },
    {
        rules: { "no-restricted-syntax": ["error", ...CAUGHT_VALUES, ...TOP_LEVEL_FUNCTIONS] },
    },
    {
        files: ["provider/src/**/*.ts", "test/**/*.ts"],
        // What a program passes it may build step by step, as the arguments of all Pulumi resources.
        ignores: [
            "provider/src/pulumi/resource/arguments.ts",
            "provider/src/pulumi/resource/fleet-arguments.ts",
            "provider/src/pulumi/resource/app-consistent-snapshot.ts",
        ],
        rules: {
            "no-restricted-syntax": [
                "error",
                ...CAUGHT_VALUES,
                ...TOP_LEVEL_FUNCTIONS,
                ...READONLY_PROPERTIES,
            ],
        },
    },
    {
        files: ["**/*.ts", "**/*.mjs"],
        plugins: { "simple-import-sort": simpleImportSort },
        rules: {
            "simple-import-sort/imports": [
                "error",
                { groups: [["^\\u0000"], ["^node:"], ["^@?\\w"], ["^\\."]] },
            ],
        },
    },
    {
        files: ["test/**/*.ts"],
        rules: {
            // chai's assertions are property reads.
            "@typescript-eslint/no-unused-expressions": "off",
        },
    },
    {
        files: ["**/*.js"],
        languageOptions: {
            sourceType: "commonjs",
            globals: {
                AbortController: "readonly",
                console: "readonly",
                module: "readonly",
                process: "readonly",
                require: "readonly",
            },
        },
    },
    {
        files: ["**/*.mjs"],
        languageOptions: {
            globals: {
                console: "readonly",
                process: "readonly",
                setTimeout: "readonly",
                setInterval: "readonly",
                clearInterval: "readonly",
                performance: "readonly",
                clearTimeout: "readonly",
                fetch: "readonly",
                URL: "readonly",
                Buffer: "readonly",
                AbortController: "readonly",
                AbortSignal: "readonly",
            },
        },
    },
);
