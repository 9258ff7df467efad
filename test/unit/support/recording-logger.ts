import type { Logger } from "../../../provider/src/runtime/logger";

/** Keeps the logged messages by level. */
export class RecordingLogger implements Logger {
    readonly lines: { readonly level: keyof Logger; readonly message: string }[] = [];

    status(message: string): void {
        this.lines.push({ level: "status", message });
    }
    info(message: string): void {
        this.lines.push({ level: "info", message });
    }
    warn(message: string): void {
        this.lines.push({ level: "warn", message });
    }
    debug(message: string): void {
        this.lines.push({ level: "debug", message });
    }

    /** The messages of one level. */
    of(level: keyof Logger): string[] {
        return this.lines.filter((line) => line.level === level).map((line) => line.message);
    }
}
