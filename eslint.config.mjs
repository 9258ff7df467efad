// @ts-check
import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["**/dist/", "**/node_modules/", ".cache/"] },
    js.configs.recommended,
    {
        files: ["**/*.ts"],
        extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
        languageOptions: {
            parserOptions: {
                project: ["./provider/tsconfig.json", "./emulator/tsconfig.json", "./tsconfig.json"],
                tsconfigRootDir: import.meta.dirname,
            },
        },
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
            globals: { console: "readonly", module: "readonly", process: "readonly", require: "readonly" },
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
