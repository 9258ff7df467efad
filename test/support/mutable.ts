/** A record that is changed in place. */
export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
