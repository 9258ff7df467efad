import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const names = ["TMPDIR", "TEMP", "TMP"] as const;

/** Replaces the system's folder for temporary files while a test runs. */
export class TemporaryFolder {
    readonly path = mkdtempSync(join(tmpdir(), "app-snapshot-test-"));
    private readonly before = names.map((name) => [name, process.env[name]] as const);

    /** @param path the folder to use; it need not exist. */
    use(path = this.path): void {
        for (const name of names) {
            process.env[name] = path;
        }
    }

    /** Restores the system's folder, and removes this one. */
    remove(): void {
        for (const [name, value] of this.before) {
            if (value === undefined) {
                // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- setting it would make a text of undefined
                delete process.env[name];
            } else {
                process.env[name] = value;
            }
        }
        rmSync(this.path, { recursive: true, force: true });
    }
}
