import type { dynamic } from "@pulumi/pulumi";

/** The members of the dynamic provider's module, by which the states of any release know them. */
type ExportName = "appConsistentSnapshot" | "appConsistentSnapshotFleet";

/*
 * The methods are a text that is evaluated here, so that the text in the state does not depend on how this package was
 * compiled. A bundler would bundle the package that `require` names, which the engine can't serialize; a minifier would
 * rename the parameters. In the process of the dynamic provider, `require` resolves from the Pulumi program's folder.
 */
function methods(exportName: ExportName): string {
    return `{
    load() {
        try {
            return require("pulumi-alicloud-app-snapshot/dynamic-provider").${exportName};
        } catch (cause) {
            throw new Error("The package pulumi-alicloud-app-snapshot, which manages this resource, can't be loaded from " + process.cwd() + ". " +
                "The Pulumi program there must have it as a direct dependency, even if only a library uses it or the program is bundled: " +
                "run \`npm install pulumi-alicloud-app-snapshot\` there (or \`pnpm add\`, \`yarn add\`) and try again. " +
                "The reason was: " + String(cause), { cause });
        }
    },
    configure(request) {
        this.load().configure(request);
        return Promise.resolve();
    },
    check(olds, news) {
        return this.load().check(olds, news);
    },
    diff(id, olds, news) {
        return this.load().diff(id, olds, news);
    },
    create(inputs) {
        return this.load().create(inputs);
    },
    read(id, props) {
        return this.load().read(id, props);
    },
    update(id, olds, news) {
        return this.load().update(id, olds, news);
    },
    delete(id, props) {
        return this.load().delete(id, props);
    },
}`;
}

function shimOf(exportName: ExportName): dynamic.ResourceProvider {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a constant text, see above
    const evaluate = new Function(`return ${methods(exportName)};`) as () => dynamic.ResourceProvider;
    return evaluate();
}

/**
 * The only code that is serialized into a stack's state. It calls a `DynamicResourceProvider`.
 *
 * It captures nothing, so it can't bring a secret into the state. It loads the package when it is called, so a refresh
 * or a destroy runs the installed version and not an old copy. Its text never changes, so a new release of the package
 * changes no state; a test pins that text.
 */
export const appConsistentSnapshotShim = shimOf("appConsistentSnapshot");

/** The same for fleets. */
export const appConsistentSnapshotFleetShim = shimOf("appConsistentSnapshotFleet");
