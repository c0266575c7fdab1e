// Bytes of the built page, each file by gzip as servers send it.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { DIST, hasBrowser, Site } from './harness.js';

const bytes = (files: Iterable<string>): number => {
  let sum = 0;
  for (const file of files) sum += gzipSync(readFileSync(join(DIST, file))).length;
  return sum;
};

it('has at most 220 KB in all, apart from TensorFlow.js', () => {
  const files = readdirSync(DIST, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('tfjs'))
    .map((entry) => relative(DIST, join(entry.parentPath, entry.name)));
  expect(files.length).toBeGreaterThan(20);
  expect(bytes(files)).toBeLessThanOrEqual(220_000);
});

it.runIf(hasBrowser)('loads at most 130 KB until the first scene has trained', async () => {
  const site = await new Site().start();
  const page = await site.open('', { serviceWorkers: 'block' });
  await page.waitForSelector('.chapter [data-status=ended]');
  await page.waitForSelector('.chapter .rows tbody tr');
  await site.stop();
  expect([...site.asked].some((file) => file.includes('core'))).toBe(true);
  expect(bytes(site.asked)).toBeLessThanOrEqual(130_000);
});
