// npm run bench:docs [-- --check]: README's table, docs/benchmarks.md and its picture from bench/results, and the numbers marked in other texts. With --check it
// writes nothing, and fails where a text is not as it would write it or has a measured number that no recording stands behind.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { assertExplained } from './behind.js';
import { benchmarksPage } from './page.js';
import { picture } from './picture.js';
import { readmeTable, tablesTable } from './readme.js';
import { recordings } from './recordings.js';
import { untraced, withMarks } from './trace.js';

const root = new URL('../../', import.meta.url);
const { values } = parseArgs({ options: { check: { type: 'boolean' } } });

/** Rows may be recorded apart, each part with the load of its time. */
const parts = recordings('node');
const tables = recordings('tables')[0];
if (parts.length === 0 || tables === undefined) {
  throw new Error(
    'npm run bench -- --json bench/results/node.json and bench:tables -- --json bench/results/tables.json come first',
  );
}

const date = [...new Set(parts.map((part) => part.date))].join(' and ');
const node = { ...parts[0]!, date, lines: parts.flatMap(({ lines }) => lines) };
assertExplained(node.lines);
const texts = new Map<string, string>();
const drawn = picture(node.lines);
if (drawn !== undefined) texts.set('docs/benchmarks.svg', drawn);
const shown = drawn === undefined ? '' : '\n\n![Whole jobs: seconds of adamas and of others](docs/benchmarks.svg)';
texts.set(
  'docs/benchmarks.md',
  benchmarksPage(parts, recordings('hosts'), recordings('page'), drawn && 'benchmarks.svg'),
);
const generated = [...texts.keys()];
const docs = readdirSync(new URL('docs', root), { recursive: true, encoding: 'utf8' });
const written = docs.map((name) => `docs/${name.replaceAll('\\', '/')}`).filter((name) => name.endsWith('.md'));
for (const name of ['README.md', 'bench/README.md', ...written]) {
  if (texts.has(name)) continue;
  const text = readFileSync(new URL(name, root), 'utf8');
  const made = name === 'docs/data.md' ? tablesTable(tables) : `${readmeTable(node)}${shown}`;
  const table = `<!-- bench: start -->\n${made}\n<!-- bench: end -->`;
  texts.set(name, withMarks(text.replace(/<!-- bench: start -->[\s\S]*?<!-- bench: end -->/, table), node.lines));
}

let faults = 0;
for (const [name, text] of texts) {
  const file = new URL(name, root);
  const is = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (!generated.includes(name)) {
    for (const found of untraced(text)) {
      faults++;
      console.log(`${name}, ${found} stands in no recording`);
    }
  }
  if (is === text) continue;
  if (values.check) {
    faults++;
    console.log(`${name} is not what npm run bench:docs writes`);
  } else {
    writeFileSync(file, text);
    console.log(`wrote ${name}`);
  }
}
console.log(`${texts.size} texts, ${faults} faults`);
process.exitCode = faults > 0 ? 1 : 0;
