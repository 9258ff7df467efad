/* eslint-disable @typescript-eslint/no-require-imports -- it must stay a plain require, see below */
import type { dynamic } from "@pulumi/pulumi";
import type { DynamicResourceProvider } from "../engine/app-consistent-snapshot";

/** The provider as it is serialized, with the one method that the engine does not call. */
interface Shim extends dynamic.ResourceProvider {
    load(): DynamicResourceProvider;
}

/**
 * The only code that is serialized into a stack's state.
 *
 * It captures nothing, so no secret can get into the state with it; it finds the package when it is called, so a
 * refresh or a destroy runs the installed version and not an old copy; and its text never changes, so a new
 * release of the package changes no state. A test pins that text.
 */
export const appConsistentSnapshotShim: Shim = {
    load() {
        try {
            const entry =
                require("pulumi-alicloud-app-snapshot/dynamic-provider") as typeof import("../dynamic-provider");
            return entry.appConsistentSnapshot;
        } catch (cause) {
            throw new Error(
                "The package pulumi-alicloud-app-snapshot, which manages this resource, can't be loaded. Run `npm install pulumi-alicloud-app-snapshot` in the folder of the Pulumi program and try again. The reason was: " +
                    String(cause),
                { cause },
            );
        }
    },
    configure(request) {
        this.load().configure(request);
        return Promise.resolve();
    },
    check(olds: Record<string, unknown>, news: Record<string, unknown>) {
        return this.load().check(olds, news);
    },
    diff(id, olds: Record<string, unknown>, news: Record<string, unknown>) {
        return this.load().diff(id, olds, news);
    },
    create(inputs: Record<string, unknown>) {
        return this.load().create(inputs);
    },
    read(id, props: Record<string, unknown>) {
        return this.load().read(id, props) as Promise<dynamic.ReadResult>;
    },
    update(id, olds: Record<string, unknown>, news: Record<string, unknown>) {
        return this.load().update(id, olds, news);
    },
    delete(id, props: Record<string, unknown>) {
        return this.load().delete(id, props);
    },
};
