import type { BlockDevice } from "../programs/program";
import type { Disk } from "./instance";

/** Returns disks as the kernel of their instance shows them. The serial number of a disk is its id without "d-". */
export function blockDevices(disks: readonly Disk[]): BlockDevice[] {
    return disks.map(({ device, diskId }) => ({
        name: device.replace(/^\/dev\/x?/, ""),
        serial: diskId.replace(/^d-/, ""),
    }));
}
