import type { Recorded } from "./recorded";

/** The snapshots in a stack's state. */
export class State {
    private resources: Recorded[] = [];
    private replaced: Recorded[] = [];

    /** The resources of the program. */
    get current(): readonly Recorded[] {
        return this.resources;
    }

    /** The resources that were replaced and are not deleted yet. */
    get condemned(): readonly Recorded[] {
        return this.replaced;
    }

    get all(): readonly Recorded[] {
        return [...this.resources, ...this.replaced];
    }

    find(urn: string): Recorded | undefined {
        return this.resources.find((resource) => resource.urn === urn);
    }

    /** Records a resource in place of its earlier state, or of the one with the same URN, if there is one. */
    set(resource: Recorded, old?: Recorded): void {
        const others = this.resources.filter((other) => other.urn !== resource.urn && other !== old);
        this.resources = [...others, resource];
    }

    /** Records a resource; the one that it replaces is to be deleted. */
    replace(old: Recorded, resource: Recorded): void {
        this.set(resource, old);
        this.replaced.push(old);
    }

    remove(resource: Recorded): void {
        const others = (list: readonly Recorded[]): Recorded[] => list.filter((other) => other !== resource);
        this.resources = others(this.resources);
        this.replaced = others(this.replaced);
    }
}
