import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { HeldSnapshots, resourcesIn } from "./held-snapshots";
import type { RunningCommand, StateResource, TestResource, TestStack } from "./test-stack";

/** Options of the package's own command that make it delete groups that a resource retained, or may have. */
const retainedFlags = ["--include-committed", "--include-handed"];

/** The deletions that a command may make besides those of replaced resources. */
interface Allowance {
    readonly destroys?: boolean;
    readonly deletesRetained?: boolean;
    /** The program of an update. */
    readonly program?: readonly TestResource[];
}

/** The stacks of one emulator, whose commands may overlap. */
class Watch {
    private readonly held = new HeldSnapshots();
    private readonly stacks: TestStack[] = [];
    private readonly active = new Set<Allowance[]>();

    constructor(
        private readonly emulator: Emulator,
        private readonly onViolation: (ids: readonly string[]) => void,
    ) {}

    add(stack: TestStack): void {
        this.stacks.push(stack);
    }

    /** Checks a command against the rule, and reports violations. */
    async over<T>(work: Promise<T>, allowance: Allowance, before: Promise<StateResource[]>): Promise<T> {
        const from = this.emulator.ledger.length;
        // Allowances of commands that run at the same time count too.
        const allowances = [allowance];
        for (const others of this.active) {
            allowances.push(...others);
            others.push(allowance);
        }
        this.active.add(allowances);
        try {
            const result = await work;
            const wrong = this.held.violations({
                before: await before,
                after: await this.resources(),
                calls: this.emulator.ledger.slice(from),
                destroys: allowances.some(({ destroys }) => destroys === true),
                deletesRetained: allowances.some(({ deletesRetained }) => deletesRetained === true),
                program: allowance.program,
            });
            if (wrong.length > 0) {
                this.onViolation(wrong);
            }
            return result;
        } finally {
            this.active.delete(allowances);
        }
    }

    async resources(): Promise<StateResource[]> {
        const written = await Promise.all(this.stacks.map((stack) => stack.writtenState()));
        return written.flatMap(resourcesIn);
    }
}

/**
 * Returns the same stack, but checks every command against the rule that a group that a state holds, or was told to
 * retain, is deleted only by the deletion of the resource that holds it.
 *
 * @param onViolation receives the ids of the groups that were deleted otherwise. Default: fails the command.
 */
export function watched<Stack extends TestStack>(
    stack: Stack,
    emulator: Emulator,
    onViolation: (ids: readonly string[]) => void = fail,
): Stack {
    return watchedBy(new Watch(emulator, onViolation), stack);
}

function fail(ids: readonly string[]): never {
    throw new Error(`deleted though a state held it, or was told to retain it: ${ids.join(", ")}`);
}

function watchedBy<Stack extends TestStack>(watch: Watch, stack: Stack): Stack {
    watch.add(stack);
    const during = <T>(begin: () => Promise<T>, allowance: Allowance = {}): Promise<T> => {
        const before = watch.resources();
        return watch.over(begin(), allowance, before);
    };
    const started = (begin: () => RunningCommand, allowance: Allowance): RunningCommand => {
        const before = watch.resources();
        const command = begin();
        const ended = watch.over(command.ended, allowance, before);
        ended.catch(() => undefined);
        return { ...command, ended };
    };
    const overrides: Partial<TestStack> = {
        up: (...args) => during(() => stack.up(...args), { program: args[0] }),
        refresh: (...args) => during(() => stack.refresh(...args)),
        destroy: (...args) => during(() => stack.destroy(...args), { destroys: true }),
        startUp: (...args) => started(() => stack.startUp(...args), { program: args[0] }),
        startDestroy: () => started(() => stack.startDestroy(), { destroys: true }),
        runProgram: (file, args, folder) =>
            during(() => stack.runProgram(file, args, folder), {
                deletesRetained: retainedFlags.some((flag) => args.includes(flag)),
            }),
        another: async (options) => watchedBy(watch, await stack.another(options)),
    };
    return new Proxy(stack, {
        get: (target, name) => {
            const value: unknown = Reflect.get(target, name);
            const override: unknown = overrides[name as keyof TestStack];
            if (override !== undefined) {
                return override;
            }
            return typeof value === "function"
                ? (value as (...args: unknown[]) => unknown).bind(target)
                : value;
        },
    });
}
