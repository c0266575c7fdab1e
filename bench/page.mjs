// npm run bench:page [-- [--smoke] [--only <part of a row's name>] [--json <file>]]: the portable rows in Chromium and Firefox, from one page.
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findBrowsers, openPage } from '../scripts/consumers/browser.mjs';
import { serveFolder } from '../scripts/consumers/serve.mjs';
import { toText } from './harness/record.ts';
import { groups, head, textOf } from './harness/report.ts';
import { bundleFor } from './portable/bundle.ts';

/** Without these a page has no SharedArrayBuffer, and so no threads for the peers that can use them. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

/** Seconds that a browser may take for everything. */
const PATIENCE = 3600;

const { values } = parseArgs({
  options: { smoke: { type: 'boolean' }, only: { type: 'string' }, json: { type: 'string' } },
});
const choice = JSON.stringify({ only: values.only === undefined ? [] : [values.only], smoke: values.smoke ?? false });

const packages = fileURLToPath(new URL('peers/node_modules/', import.meta.url));
if (!existsSync(packages)) throw new Error('npm run bench:peers installs the peers that the page is bundled with');
const { found, missing } = findBrowsers();
for (const name of missing) console.log(`left out: ${name}, which this machine does not have`);

const folder = mkdtempSync(join(tmpdir(), 'adamas-bench-'));
const recordings = [];
try {
  await bundleFor('portable/page.mjs', join(folder, 'page.js'), 'browser');
  for (const name of ['', '-simd', '-threaded-simd']) {
    const file = `tfjs-backend-wasm${name}.wasm`;
    cpSync(`${packages}@tensorflow/tfjs-backend-wasm/dist/${file}`, join(folder, 'tfjs', file));
  }
  cpSync(`${packages}mnist/src/digits`, join(folder, 'digits'), { recursive: true });
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><meta charset="utf-8"><body></body><script type="module" src="page.js"></script>',
  );
  const server = await serveFolder(folder, () => ISOLATED);
  try {
    for (const [name, command] of Object.entries(found)) {
      const start = head('');
      const url = `${server.url}index.html?choice=${encodeURIComponent(choice)}`;
      const result = await openPage(name, command, url, PATIENCE);
      if (result.error !== undefined) throw new Error(`${name}: ${result.error}`);
      recordings.push({ ...start, ...result });
      console.log(`\n${result.host}`);
      for (const group of groups(result.lines)) console.log(textOf(group));
    }
  } finally {
    server.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (values.json !== undefined) writeFileSync(values.json, toText(recordings));
