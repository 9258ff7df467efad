import {
    defaultFixture,
    type Emulator,
    type EmulatorOptions,
    startEmulator,
} from "pulumi-alicloud-app-snapshot-emulator";

import type { StackOptions, TestStack } from "./test-stack";
import { watched } from "./watched-stack";

/** The emulator and the stack of a test. */
export interface World<Stack extends TestStack = TestStack> {
    readonly emulator: Emulator;
    readonly stack: Stack;
}

/** Runs a test with an emulator and a stack of its own; both are removed afterwards. */
export type Scenario<Stack extends TestStack = TestStack, Options extends StackOptions = StackOptions> = (
    test: (world: World<Stack>) => Promise<void>,
    options?: { readonly emulator?: EmulatorOptions; readonly stack?: Options },
) => Promise<void>;

/** Returns the function that runs tests with stacks of one kind. */
export function scenariosOf<Stack extends TestStack, Options extends StackOptions>(
    create: (emulator: Emulator, options: Options | undefined) => Promise<Stack>,
): Scenario<Stack, Options> {
    return async (test, options = {}) => {
        const emulator = await startEmulator({ fixture: defaultFixture(), ...options.emulator });
        try {
            const stack = await create(emulator, options.stack);
            try {
                await test({ emulator, stack: watched(stack, emulator) });
            } finally {
                await stack.remove();
            }
        } finally {
            await emulator.close();
        }
    };
}
