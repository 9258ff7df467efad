import type { Child, Starter } from "./children";

/** A command's process and the processes that the plugin starts beside it, which may be ended together. */
export class CommandTree implements Starter {
    killed = false;
    private readonly started: Child[] = [];

    constructor(private readonly children: Starter) {}

    start(...args: Parameters<Starter["start"]>): Child {
        const child = this.children.start(...args);
        this.started.push(child);
        return child;
    }

    kill(): void {
        this.killed = true;
        for (const child of this.started) {
            child.killTree();
        }
    }
}
