// node scripts/turns.mjs [rounds]: checks that a page stays responsive while it reads 43 MB. In the best of the rounds no task may take more than 50 ms in
// Chromium, and no gap between animation frames in Firefox: other programs lengthen single tasks, but a long task of ours would be long in every round.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { findBrowsers, openPage } from './consumers/browser.mjs';
import { serveFolder } from './consumers/serve.mjs';

/** Largest number of milliseconds that a page may be kept waiting. */
const LIMIT = 50;

const rounds = Number(process.argv[2] ?? 5);
const { found, missing } = findBrowsers();
for (const name of missing) console.log(`left out: ${name}, which this machine does not have`);
const folder = mkdtempSync(join(tmpdir(), 'adamas-turns-'));
try {
  await build({
    entryPoints: [fileURLToPath(new URL('../test/browser/turns.ts', import.meta.url))],
    outfile: join(folder, 'page.js'),
    bundle: true,
    format: 'esm',
    logLevel: 'error',
  });
  const page = '<!doctype html><meta charset="utf-8"><body></body><script type="module" src="page.js"></script>';
  writeFileSync(join(folder, 'index.html'), page);
  const server = await serveFolder(folder);
  try {
    for (const [name, command] of Object.entries(found)) {
      const result = await openPage(name, command, `${server.url}index.html?rounds=${rounds}`, 150 * (1 + rounds));
      if (result.error !== undefined) throw new Error(`${name}: ${result.error}`);
      const isChromium = name === 'chromium';
      const what = isChromium ? 'tasks above 50 ms, the longest' : 'gaps between frames, the longest';
      for (const [reader, waits] of Object.entries(result)) {
        const worst = waits.map((wait) => (isChromium ? Math.max(0, ...wait.longTasks) : wait.frame));
        const least = (pick) => Math.min(...waits.map(pick));
        const turns = `turns of ${least((wait) => wait.turn).toFixed()} ms, the longest ${least((wait) => wait.longestTurn).toFixed()}`;
        const seconds = (least((wait) => wait.total) / 1000).toFixed(1);
        const rows = worst.map((ms) => ms.toFixed()).join(' ');
        console.log(`${name}, ${reader}, ${seconds} s: ${what} of each round ${rows} ms; ${turns}`);
        if (Math.min(...worst) > LIMIT) process.exitCode = 1;
      }
    }
  } finally {
    server.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
