// The projects of test/consumers, and the table that their last run wrote into docs/hosts.md.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const names = readdirSync(new URL('test/consumers', root)).filter((name) => !name.includes('.'));

it('docs/hosts.md has the table of the last run, which had every row of every project', async () => {
  const { withTable } = await import(new URL('scripts/consumers/table.mjs', root).href);
  const results = JSON.parse(read('test/consumers/results.json'));
  expect(read('docs/hosts.md')).toBe(withTable(read('docs/hosts.md'), results));
  const rows = names.flatMap((name) => JSON.parse(read(`test/consumers/${name}/package.json`)).consumer);
  expect(results.rows.map(({ row }: { row: string }) => row)).toEqual(rows.map(({ row }) => row));
});

it.each(names)('%s takes the packed package, and every other package in one version', (name) => {
  const { adamas, ...others } = JSON.parse(read(`test/consumers/${name}/package.json`)).dependencies;
  expect(adamas).toBe('file:../adamas.tgz');
  for (const version of Object.values(others)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});
