/**
 * Maps values with a bounded number of tasks at the same time, started in order. If a task fails, no further one is
 * started.
 *
 * @returns the results in the order of the values.
 */
export async function mapConcurrently<T, Result>(
    values: readonly T[],
    limit: number,
    task: (value: T) => Promise<Result>,
): Promise<Result[]> {
    const results: Result[] = [];
    let next = 0;
    let hasFailed = false;
    const worker = async (): Promise<void> => {
        while (next < values.length && !hasFailed) {
            const index = next;
            next += 1;
            try {
                results[index] = await task(values[index] as T);
            } catch (thrown) {
                hasFailed = true;
                throw thrown;
            }
        }
    };
    await Promise.all(Array.from({ length: Math.min(limit, values.length) }, worker));
    return results;
}
