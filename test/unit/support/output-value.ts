import type * as pulumi from "@pulumi/pulumi";

/** The promises of an output, all of which reject if it fails, and each of which must be awaited. */
interface Promises<T> {
    readonly isKnown: Promise<boolean>;
    readonly isSecret: Promise<boolean>;
    allResources(): Promise<unknown>;
    promise(): Promise<T>;
}

/** Returns the value of an output; rejects if it fails. */
export async function outputValue<T>(output: pulumi.Output<T>): Promise<T> {
    const promises = output as unknown as Promises<T>;
    const value = promises.promise();
    await Promise.allSettled([promises.isKnown, promises.isSecret, promises.allResources(), value]);
    return value;
}
