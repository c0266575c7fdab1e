type Column = readonly (number | null)[];

/**
 * Curves with no more than two points in each of `bins` stretches: the least and the greatest value of every curve there, in the order in which they
 * came. A chart of a few hundred pixels shows no more, and takes far less time to be drawn. A curve that is shorter than the others has null at its end.
 *
 * @param data - the x of all curves, then the y of each
 */
export function thin(data: readonly Column[], bins: number): readonly Column[] {
  const [x, ...curves] = data;
  const length = x?.length ?? 0;
  if (length <= 2 * bins) return data.map((y) => (y.length === length ? y : x!.map((_, i) => y[i] ?? null)));
  const ends = Array.from({ length: bins + 1 }, (_, bin) => Math.round((bin * length) / bins));
  const stretches = ends.slice(1).map((end, bin) => [ends[bin]!, end] as const);
  return [
    stretches.flatMap(([first, end]) => [x![first]!, x![end - 1]!]),
    ...curves.map((y) => stretches.flatMap(([first, end]) => extremes(y, first, end))),
  ];
}

function extremes(y: Column, first: number, end: number): Column {
  let [least, greatest] = [first, first];
  for (let i = first; i < end; i++) {
    const value = y[i] ?? null;
    if (value === null) continue;
    if (value < (y[least] ?? Number.POSITIVE_INFINITY)) least = i;
    if (value > (y[greatest] ?? Number.NEGATIVE_INFINITY)) greatest = i;
  }
  return [y[Math.min(least, greatest)] ?? null, y[Math.max(least, greatest)] ?? null];
}
