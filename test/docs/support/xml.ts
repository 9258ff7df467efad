/** An element of an XML document. */
export interface Element {
    readonly name: string;
    readonly attributes: Readonly<Record<string, string>>;
    /** Its text, with that of the elements in it. */
    readonly text: string;
}

/** One whose end has not been read yet. */
interface OpenElement extends Omit<Element, "text"> {
    readonly texts: string[];
}

/** An opening or closing tag, with its attributes. */
const tag = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
const characters = /[^<]+/y;
const reference = /&(?:(\w+);)?/g;
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/**
 * Reads the elements of a document of elements and text, in the order of their ends.
 *
 * @throws Error if it is not well-formed, or contains anything else.
 */
export function elementsOf(xml: string): Element[] {
    const done: Element[] = [];
    const open: OpenElement[] = [];
    let position = 0;
    const next = (pattern: RegExp): RegExpExecArray | null => {
        pattern.lastIndex = position;
        const match = pattern.exec(xml);
        position += match?.[0].length ?? 0;
        return match;
    };
    const close = (name: string): void => {
        const element = open.pop();
        if (element?.name !== name || (open.length === 0 && xml.slice(position).trim() !== "")) {
            throw new Error(`</${name}> ends nothing, or not the document, at ${position}`);
        }
        done.push({ ...element, text: element.texts.join("") });
    };
    while (position < xml.trimEnd().length) {
        const text = next(characters)?.[0];
        if (text !== undefined) {
            open.forEach(({ texts }) => texts.push(decoded(text)));
            continue;
        }
        const [whole, slash, name = "", attributes = "", empty] = next(tag) ?? [];
        if (whole === undefined) {
            throw new Error(`No tag at ${position}: ${xml.slice(position, position + 40)}`);
        }
        if (slash === "/") {
            close(name);
            continue;
        }
        open.push({ name, attributes: attributesOf(attributes), texts: [] });
        if (empty === "/") {
            close(name);
        }
    }
    if (open.length > 0) {
        throw new Error(`<${open.map(({ name }) => name).join("> <")}> without an end`);
    }
    return done;
}

function attributesOf(text: string): Record<string, string> {
    return Object.fromEntries(
        [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, decoded(value)]),
    );
}

function decoded(text: string): string {
    return text.replace(reference, (whole, name: string | undefined) => {
        const character = entities[name ?? ""];
        if (character === undefined) {
            throw new Error(`Unknown reference: ${whole}`);
        }
        return character;
    });
}
