/** Warnings already printed, so that each is printed once. */
const told = new Set<string>();

/** Prints a fact by `console.warn`, once per process. */
export function warnOnce(fact: string): void {
  if (told.has(fact) || told.size === 1000) return;
  told.add(fact);
  console.warn(fact);
}

/**
 * Warns of the notes on training data, all in one warning; the same notes are printed once.
 *
 * @param call - the function that trains
 */
export function warnOfNotes(call: string, data: unknown): void {
  const notes: readonly string[] | undefined = Object(data).notes;
  if (Array.isArray(notes) && notes.length > 0) warnOnce(`${call}: the data ${notes.join('; ')}`);
}
