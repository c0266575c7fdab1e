import { existsSync, readFileSync } from 'node:fs';
import type { Line, Recording } from '../harness/record.js';

/** The committed recordings: of `npm run bench`, `bench:hosts`, `bench:page` and `bench:tables`, each with `--json bench/results/<name>.json`. */
export type RecordingName = 'node' | 'hosts' | 'page' | 'tables';

export function recordings(name: RecordingName): readonly Recording[] {
  const file = new URL(`../results/${name}.json`, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

/** Packages and programs by the names that readers know, without versions. */
export function shortName(contender: string): string {
  const names: Readonly<Record<string, string>> = { baseline: 'plain JavaScript', 'tfjs-wasm': 'TensorFlow.js (Wasm)' };
  const [name] = /^[^\s,(]+/.exec(contender)!;
  return contender.startsWith('adamas') ? contender : (names[name] ?? name);
}

/** A line of a recording, by its row and how its contender's name begins. */
export function findLine(lines: readonly Line[], row: string, contender: string): Line {
  const found = lines.find((line) => line.row === row && line.contender.startsWith(contender));
  if (found === undefined) throw new Error(`No recorded line of '${row}' by '${contender}'`);
  return found;
}
