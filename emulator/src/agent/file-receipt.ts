import { pause } from "../clock/clock";
import { refusalOf } from "../file-system/error";
import type { Instance } from "../world/instance";
import type { SentFile, SentFileRecord, SentFileStatus } from "../world/sent-file";
import type { World } from "../world/world";
import { reach, untilThawed } from "./delivery";
import { documentedError } from "./error-info";

/** A reason for which an instance does not have a file in the end. */
interface FileRefusal {
    readonly status: SentFileStatus;
    readonly errorCode: string;
    readonly errorInfo: string;
}

/** The text of a file's result for an instance that is gone. */
const releasedInfo = "the specified instance has been released";

/** The last version of the agent that cannot receive files. */
const lastWithout = [1, 0, 2, 569];

/** Follows a file to one of its instances, as the agent there does. Never rejects. */
export async function receiveFile(
    world: World,
    sent: SentFile,
    record: SentFileRecord,
    signal: AbortSignal,
): Promise<void> {
    try {
        const { clock, timing } = world.services;
        await pause(clock, timing.deliveryMs, signal);
        const instance = world.instances.get(record.instanceId);
        const undelivered = signal.aborted ? undefined : await reach(world, instance, signal);
        if (signal.aborted) {
            return;
        }
        if (undelivered !== undefined || instance === undefined) {
            finishFile(world, record, {
                status: "Aborted",
                errorCode: "InstanceNotExists",
                errorInfo: "",
                ...undelivered,
                ...(instance === undefined ? { errorInfo: releasedInfo } : {}),
            });
            return;
        }
        if (isTooOld(instance)) {
            finishFile(world, record, {
                status: "Aborted",
                ...documentedError("ClientNeedUpgrade"),
            });
            return;
        }
        await new Receipt(world, instance, sent, record, signal).follow();
    } catch (thrown) {
        finishFile(world, record, {
            status: "Error",
            errorCode: "FileCreateFail",
            errorInfo: String(thrown),
        });
    }
}

/** A file that has reached its instance. */
class Receipt {
    private readonly path: string;

    constructor(
        private readonly world: World,
        private readonly instance: Instance,
        private readonly sent: SentFile,
        private readonly record: SentFileRecord,
        private readonly signal: AbortSignal,
    ) {
        this.path = `${sent.targetDir.replace(/\/+$/, "")}/${sent.name}`;
    }

    /** Writes the file. It goes on after its timeout, without being reported. */
    async follow(): Promise<void> {
        const { clock, timing } = this.world.services;
        this.record.status = "Running";
        this.record.startTime = this.record.updateTime = this.world.now;
        const over = new AbortController();
        const expired = pause(clock, this.sent.timeoutSeconds * timing.secondMs, over.signal).then(() => {
            if (!over.signal.aborted && !this.signal.aborted) {
                finishFile(this.world, this.record, {
                    status: "Timeout",
                    ...documentedError("DeliveryTimeout"),
                });
            }
        });
        const refusal = await this.create();
        over.abort();
        await expired;
        if (this.record.finishTime === undefined && !this.signal.aborted) {
            finishFile(
                this.world,
                this.record,
                refusal ?? { status: "Success", errorCode: "", errorInfo: "" },
            );
        }
    }

    /**
     * Takes the agent's steps in their order, each with what it leaves behind. The file is there with the mode 0644
     * before it gets its own. Its owner is root already.
     */
    private async create(): Promise<FileRefusal | undefined> {
        const steps = [() => this.prepare(), () => this.write(), () => this.setMode()];
        const { clock, timing } = this.world.services;
        for (const [index, step] of steps.entries()) {
            await pause(clock, index < 2 ? 0 : timing.fileStepMs, this.signal);
            await untilThawed(this.world, this.instance, this.signal);
            if (this.signal.aborted) {
                return undefined;
            }
            const refusal = step();
            // Before the second step nothing of it is there yet.
            this.record.exposed ||= index > 0 && this.instance.fileSystem.isReadableByOthers(this.path);
            if (refusal !== undefined) {
                return refusal;
            }
        }
        return undefined;
    }

    private prepare(): FileRefusal | undefined {
        const { fileSystem } = this.instance;
        const { targetDir, name, fileMode, overwrite } = this.sent;
        if (!fileSystem.isAbsolute(targetDir)) {
            return this.refused("FilePathInvalid", `${targetDir} is no path of this operating system.`);
        }
        const failure = this.creationRefusal(() => {
            fileSystem.makeDirectories(targetDir, 0o755);
        });
        if (failure !== undefined) {
            return fileSystem.find(targetDir) === undefined
                ? failure
                : this.refused("FilePathInvalid", `${targetDir} is no directory.`);
        }
        if (name.includes("/") || name === "." || name === "..") {
            return this.refused("FileNameInvalid", `${name} is no name of a file.`);
        }
        if (!isMode(fileMode)) {
            return this.refused("FileAuthorityInvalid", `${fileMode} is no mode of a file.`);
        }
        const missing = refusalOf(() => fileSystem.lstat(this.path))?.code === "ENOENT";
        if (!overwrite && !missing) {
            return this.refused("FileAlreadyExists", `${this.path} exists already.`);
        }
        return undefined;
    }

    private write(): FileRefusal | undefined {
        return this.creationRefusal(() => {
            this.instance.fileSystem.write(this.path, this.sent.content, 0o644);
        });
    }

    private setMode(): FileRefusal | undefined {
        return this.creationRefusal(() => {
            // Go keeps the bits above these elsewhere, so that they are lost on the way.
            this.instance.fileSystem.setMode(this.path, Number.parseInt(this.sent.fileMode, 8) & 0o777);
        });
    }

    private refused(errorCode: string, errorInfo: string): FileRefusal {
        const invalid = this.world.services.behaviour.refusedFile === "invalid";
        return { status: invalid ? "Invalid" : "Failed", errorCode, errorInfo };
    }

    private creationRefusal(work: () => void): FileRefusal | undefined {
        const refusal = refusalOf(work);
        return refusal && { status: "Failed", errorCode: "FileCreateFail", errorInfo: refusal.message };
    }
}

/** Tells whether the agent takes a text for a mode: three or four octal digits. */
export function isMode(fileMode: string): boolean {
    return /^[0-7]{3,4}$/.test(fileMode);
}

function isTooOld({ agent }: Instance): boolean {
    const version = agent.version.split(".").map(Number);
    const different = lastWithout.findIndex((number, index) => number !== version[index]);
    return different < 0 || (version[different] ?? 0) < (lastWithout[different] ?? 0);
}

function finishFile(world: World, record: SentFileRecord, end: FileRefusal): void {
    Object.assign(record, end);
    record.finishTime = record.updateTime = world.now;
}
