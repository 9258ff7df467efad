import type { Sdk } from "./sdk-client";

/** One operation of the API. */
export interface Operation<Parameters, Body> {
    /** The API's name for it, which errors show. */
    readonly name: string;
    /** Tells whether it changes something in the cloud. */
    readonly changes: boolean;
    /**
     * Makes the request. It must be safe to repeat: either it changes nothing when done twice, or it carries a
     * ClientToken that stays the same over its repetitions.
     */
    readonly send: (sdk: Sdk, parameters: Parameters, common: CommonFields) => Promise<Answer<Body>>;
}

/** An operation that is one request. */
export interface SingleOperation<Parameters, Body, Result> extends Operation<Parameters, Body> {
    /** Reads the answer, whose body may be missing. */
    readonly read: (body: Body | undefined) => Result;
}

/** An operation that answers with a list. */
export interface ListOperation<Parameters, Body, Item> extends Operation<Parameters, Body> {
    /** Reads one answer. */
    readonly items: (body: Body) => Item[];
    /** Default: one answer has the whole list. */
    readonly pages?: Pages<Body>;
}

/** An operation on resources by their ids. A long list is split into several requests. */
export interface BulkOperation<Parameters extends ByIds, Body, Item> extends ListOperation<
    Parameters,
    Body,
    Item
> {
    /** The most ids that one request may name. */
    readonly idsPerRequest: number;
    /** Returns the id of the resource that an item is about. */
    readonly idOf: (item: Item) => string;
    /**
     * Tells that the API may answer with nothing at all if the caller may not see one of several resources, so that
     * such an answer says nothing of the others. Default: false.
     */
    readonly mayHideAll?: true;
}

export interface ByIds {
    readonly ids: readonly string[];
}

/** The fields that the requests of all operations share; those of a page only if the operation has `pages`. */
export interface CommonFields {
    readonly regionId: string;
    readonly maxResults?: number;
    readonly nextToken?: string;
}

export interface Answer<Body> {
    readonly body?: Body;
    readonly headers?: Readonly<Record<string, string>>;
}

interface Pages<Body> {
    readonly size: number;
    readonly nextToken: (body: Body) => string | undefined;
}

/** The fields that a request model declares: its own type takes any name, and its constructor anything. */
type Fields<Model> = {
    readonly [Name in keyof Model as string extends Name ? never : Name]?: Model[Name];
};

/** Makes a request model, or a part of one. */
export function modelOf<Model>(Type: new (fields: Fields<Model>) => Model, fields: Fields<Model>): Model {
    return new Type(fields);
}

/* These functions let the compiler infer the types of an entry. */

export function single<Parameters, Body, Result>(
    entry: SingleOperation<Parameters, Body, Result>,
): SingleOperation<Parameters, Body, Result> {
    return entry;
}

export function list<Parameters, Body, Item>(
    entry: ListOperation<Parameters, Body, Item>,
): ListOperation<Parameters, Body, Item> {
    return entry;
}

export function bulk<Parameters extends ByIds, Body, Item>(
    entry: BulkOperation<Parameters, Body, Item>,
): BulkOperation<Parameters, Body, Item> {
    return entry;
}
