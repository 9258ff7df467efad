import type { dynamic } from "@pulumi/pulumi";

/*
 * The methods are kept as text, and made into functions here, so that the text in the state is the same whoever
 * compiled or bundled this package. A bundler would put what `require` names into the program, and the engine can't
 * serialize that; a minifier would give the parameters other names. In the process of the dynamic provider `require`
 * looks from the folder of the Pulumi program.
 */
const methods = `{
    load() {
        try {
            return require("pulumi-alicloud-app-snapshot/dynamic-provider").appConsistentSnapshot;
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

// eslint-disable-next-line @typescript-eslint/no-implied-eval -- a constant text, see above
const evaluate = new Function(`return ${methods};`) as () => dynamic.ResourceProvider;

/**
 * The only code that is serialized into a stack's state.
 *
 * It captures nothing, so no secret can get into the state with it; it finds the package when it is called, so a
 * refresh or a destroy runs the installed version and not an old copy; and its text never changes, so a new
 * release of the package changes no state. A test pins that text. What it calls is `DynamicResourceProvider`.
 */
export const appConsistentSnapshotShim = evaluate();
