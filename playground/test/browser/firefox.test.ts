// The built page in Firefox, by its own command line, as scripts/browsers.mjs does.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { INITIAL } from '../../src/scenes/chapter/state.js';
import { train } from '../../src/scenes/chapter/train.js';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const consumers = new URL('../../../scripts/consumers/', import.meta.url);
const { findBrowsers, openPage } = await import(new URL('browser.mjs', consumers).href);
const { serveFolder } = await import(new URL('serve.mjs', consumers).href);
const { firefox } = findBrowsers().found;

it.runIf(firefox)('trains to the bits of Node, runs the reader’s Adam, and shows every scene', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'adamas-firefox-'));
  cpSync(pathOf('../../dist'), folder, { recursive: true });
  cpSync(pathOf('firefox'), folder, { recursive: true });
  cpSync(pathOf('../../../test/consumers/report.js'), join(folder, 'report.js'));
  const index = readFileSync(join(folder, 'index.html'), 'utf8');
  writeFileSync(join(folder, 'index.html'), index.replace('<head>', '<head><script src="./watch.js"></script>'));
  const asked: string[] = [];
  const server = await serveFolder(folder, (path: string) => {
    asked.push(path);
    return {};
  });
  try {
    const { chapter, same, syntax, loop, reach, printed, error } = await openPage(
      'firefox',
      firefox,
      `${server.url}drive.html`,
    );
    expect(error).toBeUndefined();
    const { losses, weights } = await train('Adam', INITIAL);
    expect(chapter).toEqual({ loss: String(losses.at(-1)), weights: weights.join(' '), steps: 7 });
    expect(Number(same.losses)).toBeLessThan(1e-6);
    expect(Number(same.weights)).toBeLessThan(1e-6);
    expect(syntax.line).toBe('2');
    expect(syntax.said).toContain('SyntaxError');
    expect(loop.said).toContain('Ended after 5 seconds');
    expect(reach).toMatchObject({ line: '3', said: expect.stringContaining('NetworkError') });
    expect(asked.filter((path) => path === '/drive.html')).toHaveLength(1);
    expect(printed).toEqual([]);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});
