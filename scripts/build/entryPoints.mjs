import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * The entry points by the name of their file in dist: `exports` of package.json lists them, and `adamas/datasets` is built from src/datasets.ts.
 *
 * @returns {Record<string, string>} the path of the source by the name: `{ index: 'src/index.ts', ... }`
 */
export function entryPoints() {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const names = Object.values(exports).flatMap((entry) => (entry.types ? [basename(entry.types, '.d.ts')] : []));
  return Object.fromEntries(names.map((name) => [name, `src/${name}.ts`]));
}
