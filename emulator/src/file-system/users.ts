// The users of every distribution; services bring their own, which own something in the fixture.
const builtIn = { root: 0, bin: 1, daemon: 2, adm: 3, mail: 8, nobody: 65534 };
const firstOther = 1000;

/** The users of an instance with their numbers: the usual ones, and whoever owns something. */
export class Users {
    private readonly numbers = new Map<string, number>(Object.entries(builtIn));
    private next = firstOther;

    /** Returns a user's number; a name that is a number has no account. A new name gets the next number. */
    number(name: string): number {
        if (/^\d+$/.test(name)) {
            return Number(name);
        }
        const number = this.numbers.get(name) ?? this.next++;
        this.numbers.set(name, number);
        return number;
    }
}
