// Of every distribution; services bring their own, which a fixture shows by what belongs to them.
const builtInUsers = { root: 0, bin: 1, daemon: 2, adm: 3, mail: 8, nobody: 65534 };
const builtInGroups = { root: 0, bin: 1, daemon: 2, sys: 3, adm: 4, mail: 12, wheel: 10, nobody: 65534 };
const firstOther = 1000;

/** Names and their numbers. */
class NumberedNames {
    private readonly numbers: Map<string, number>;
    private next = firstOther;

    constructor(builtIn: Readonly<Record<string, number>>) {
        this.numbers = new Map(Object.entries(builtIn));
    }

    /** A name that stands for itself; a number has no account. */
    add(name: string): void {
        if (!isNumber(name) && !this.numbers.has(name)) {
            this.numbers.set(name, this.next++);
        }
    }

    number(name: string): number {
        return isNumber(name) ? Number(name) : (this.numbers.get(name) ?? 0);
    }

    name(name: string): string {
        const number = this.number(name);
        return [...this.numbers].find(([, other]) => other === number)?.[0] ?? "UNKNOWN";
    }
}

function isNumber(name: string): boolean {
    return /^\d+$/.test(name);
}

/** The users and groups of an instance: the usual ones, and whoever owns something from the start. */
export class Accounts {
    readonly users = new NumberedNames(builtInUsers);
    readonly groups = new NumberedNames(builtInGroups);

    /** Whoever owns something exists. */
    addOwner({ owner, group }: { readonly owner: string; readonly group: string }): void {
        this.users.add(owner);
        this.groups.add(group);
    }
}
