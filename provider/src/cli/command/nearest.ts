/** Returns the name that a misspelt one probably means: it has the same beginning, or at most two wrong letters. */
export function nearest(name: string, names: readonly string[]): string | undefined {
    const completions = name.length > 1 ? names.filter((candidate) => candidate.startsWith(name)) : [];
    if (completions.length === 1) {
        return completions[0];
    }
    const [best] = names
        .map((candidate) => ({ candidate, distance: distanceOf(name, candidate) }))
        .filter(({ candidate, distance }) => distance <= 2 && distance < candidate.length / 2)
        .sort((a, b) => a.distance - b.distance);
    return best?.candidate;
}

/** Returns the number of letters to change, add or remove to turn one word into the other. */
function distanceOf(one: string, other: string): number {
    let row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (const [at, letter] of Array.from(one).entries()) {
        const next = [at + 1];
        for (const [column, otherLetter] of Array.from(other).entries()) {
            next.push(
                Math.min(
                    (next[column] ?? 0) + 1,
                    (row[column + 1] ?? 0) + 1,
                    (row[column] ?? 0) + (letter === otherLetter ? 0 : 1),
                ),
            );
        }
        row = next;
    }
    return row[other.length] ?? 0;
}
