/** Splits values into pieces of at most `size`. */
export function chunks<T>(values: readonly T[], size: number): T[][] {
    const pieces: T[][] = [];
    for (let start = 0; start < values.length; start += size) {
        pieces.push(values.slice(start, start + size));
    }
    return pieces;
}
