// Adam from scratch: the reader's text in a worker of a sandboxed document, run against ours.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, Site } from './harness.js';

const site = new Site();
beforeAll(() => (hasBrowser ? site.start() : undefined), 60_000);
afterAll(() => (hasBrowser ? site.stop() : undefined));

const text = async (page: Page, selector: string) => (await page.textContent(selector))!;

describe.runIf(hasBrowser)('from scratch', () => {
  const said = (page: Page) => text(page, '.scratch [role=status]');
  /** Runs a text and waits for what kind of end it comes to. */
  async function run(page: Page, kind: string, written?: string): Promise<void> {
    if (written !== undefined) await page.fill('.scratch textarea', written);
    await page.click('.scratch .primary:not([disabled])');
    await page.waitForSelector(`[data-scratch=${kind}] [role=status] p`);
  }
  const difference = async (page: Page) => Number(await page.getAttribute('[data-losses]', 'data-losses'));

  it('runs the given text to the same losses, an edited one to others, and keeps it in the tab', async () => {
    const page = await site.open('chapter?lr=0.03&epochs=3');
    await run(page, 'done');
    expect(await difference(page)).toBeLessThan(1e-6);
    const given = await page.inputValue('.scratch textarea');
    const edited = given.replace('Math.sqrt(sHat)', 'Math.sqrt(s[i])');
    // The keyboard alone goes from the text to the button behind it.
    await page.fill('.scratch textarea', edited);
    await page.focus('.scratch textarea');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => difference(page)).toBeGreaterThan(1e-3);
    await page.reload();
    expect(await page.inputValue('.scratch textarea')).toBe(edited);
    await page.click('text="The chapter’s functions"');
    expect(await page.inputValue('.scratch textarea')).toBe(given);
    await run(page, 'done');
    expect(await difference(page)).toBeLessThan(1e-6);
    // Another run above: what was compared is of the past.
    await page.fill('.pair input >> nth=0', '-40');
    await page.waitForSelector('[data-scratch=none]');
    await page.context().close();
  });

  it('ends a loop without an end after 5 s, and meanwhile takes messages of its own frame alone', async () => {
    const page = await site.open('chapter');
    const begin = Date.now();
    await page.fill('.scratch textarea', 'function init_adam_states() {}\nfunction adam() { for (;;); }');
    await page.click('.scratch .primary');
    await page.waitForSelector('iframe', { state: 'attached' });
    await page.evaluate(`postMessage({ result: { losses: [], weights: [] } }); postMessage({ message: 'x', line: 1 })`);
    await page.waitForSelector('[data-scratch=slow]');
    expect(Date.now() - begin).toBeGreaterThan(4900);
    expect(await said(page)).toContain('Ended after 5 seconds');
    // The worker of the page's own jobs is left.
    await expect.poll(() => page.workers().length).toBe(1);
    expect(await page.locator('iframe').count()).toBe(0);
    await page.context().close();
  });

  it('shows what is wrong, and where', async () => {
    const page = await site.open('chapter');
    const wrong: readonly (readonly [written: string, line: number | undefined, message: string])[] = [
      ['let x = 1;\nlet y = ;\nlet z;', 2, 'SyntaxError: Unexpected token'],
      ['function adam() {\n  for (;;) {\n', 3, 'SyntaxError: Unexpected end of input'],
      ['function init_adam_states() {}\nfunction adam([w]) {\n  w.missing.field = 1;\n}', 3, 'TypeError'],
      ['const adam = 1;', undefined, 'init_adam_states is not defined'],
      [
        'function init_adam_states() { postMessage({ losses: "no" }); }\nfunction adam() {}',
        undefined,
        'something else',
      ],
    ];
    for (const [written, line, message] of wrong) {
      await page.fill('.scratch textarea', written);
      await page.click('.scratch .primary:not([disabled])');
      await expect.poll(() => said(page)).toContain(line === undefined ? message : `Line ${line}: ${message}`);
      if (line) expect(await text(page, '.scratch code')).toBe(written.split('\n')[line - 1]!.trim());
    }
    await page.context().close();
  });

  it('reaches nothing from within, and the page itself allows no eval', async () => {
    const page = await site.open('chapter');
    const printed = site.printed.length;
    const { origin } = new URL(page.url());
    await run(
      page,
      'error',
      `// From a worker:\nfetch('${origin}/reached', { mode: 'no-cors' }).catch(() => {});\nimportScripts('${origin}/reached');`,
    );
    expect(await said(page)).toContain('Line 3: NetworkError');
    expect([...site.asked]).not.toContain('reached');
    const tried =
      'new Promise((done) => setTimeout(() => { try { done(eval("1")); } catch ({ name }) { done(name); } }))';
    expect(await page.evaluate(tried)).toBe('EvalError');
    // The browser may tell of what it refused.
    const told = site.printed.splice(printed);
    expect(told.filter((one) => !/Content Security Policy/.test(one))).toEqual([]);
    await page.context().close();
  });
});

it.runIf(hasBrowser)('prints nothing', () => {
  expect(site.printed).toEqual([]);
});
