/** Names of other frameworks, in lower case without underscores, and the one meant here. */
const ALIASES: Readonly<Record<string, string>> = {
  learningrate: 'lr',
  validationsplit: 'validation',
  validationdata: 'validation',
  valloss: 'validationLoss',
  valaccuracy: 'validationAccuracy',
  valacc: 'validationAccuracy',
  acc: 'accuracy',
  meansquarederror: 'mse',
  meanabsoluteerror: 'l1',
  mae: 'l1',
  sparsecategoricalcrossentropy: 'crossEntropy',
  categoricalcrossentropy: 'crossEntropy',
  softmaxcrossentropy: 'crossEntropy',
  bce: 'binaryCrossEntropy',
  bcewithlogits: 'binaryCrossEntropy',
};

/** `; did you mean 'lr'?` for a name close to a known one or known from another framework; '' where none is. */
export function nearest(name: string, known: readonly string[]): string {
  const plain = (text: string) => text.replace(/[\W_]/g, '').toLowerCase();
  const wanted = plain(name);
  const alias = ALIASES[wanted];
  let best = alias !== undefined && known.includes(alias) ? alias : undefined;
  let least = 3;
  if (best === undefined) {
    for (const one of known) {
      const distance = edits(wanted, plain(one));
      if (distance < least && distance < one.length / 2) [best, least] = [one, distance];
    }
  }
  return best === undefined ? '' : `; did you mean '${best}'?`;
}

/** Levenshtein distance: insertions, deletions and substitutions from one text to another. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + Number(a[i - 1] !== b[j - 1])));
    }
  }
  return row[b.length]!;
}
