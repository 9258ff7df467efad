// Runs work from a queue, several pieces at once.

/**
 * @template Piece, Result
 * @param {Piece[]} pieces The pieces, begun in this order.
 * @param {number} jobs The number of pieces at work at once.
 * @param {(piece: Piece) => Promise<Result>} work
 * @returns {Promise<Result[]>} The results in the order of the pieces.
 */
export async function inQueue(pieces, jobs, work) {
    /** @type {Result[]} */
    const results = [];
    const queue = pieces.entries();
    const job = async () => {
        for (const [at, piece] of queue) results[at] = await work(piece);
    };
    await Promise.all(Array.from({ length: jobs }, job));
    return results;
}
