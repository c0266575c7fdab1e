import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, Site, text } from './harness.js';

const site = new Site();
beforeAll(() => (hasBrowser ? site.start() : undefined), 60_000);
afterAll(() => (hasBrowser ? site.stop() : undefined));

describe.runIf(hasBrowser)('your table', () => {
  const ready = '.primary:not([disabled])';

  async function download(page: Page, as: string): Promise<Buffer> {
    const [file] = await Promise.all([page.waitForEvent('download'), page.click(`[data-download=${as}]`)]);
    return readFileSync(await file.path());
  }

  it('goes from an example with problems to a model, and to the same one by its address', async () => {
    const page = await site.open('table');
    await page.click('[data-example=cars]');
    await page.waitForSelector('[data-problem=missing]');
    expect(await page.$$eval('[data-problem]', (all) => all.length)).toBe(4);
    expect(await page.isDisabled('.primary')).toBe(true);
    for (let i = 0; i < 4; i++) {
      await page.locator('[data-problem] input').nth(i).check();
      await expect.poll(() => page.locator('.problems li.fixed').count()).toBe(i + 1);
    }
    await page.locator('.options input').nth(2).fill('25');
    await page.click(ready);
    await page.waitForSelector('.importances tr:nth-child(5)');
    const bytes = await download(page, 'safetensors');
    expect(bytes.length).toBeGreaterThan(10_000);
    expect(await text(page, '[data-recipe=command]')).toContain('--epochs=25');
    expect((await download(page, 'js')).toString()).toContain('export');
    expect((await download(page, 'onnx')).length).toBeGreaterThan(1000);
    const other = await site.open(new URL(page.url()).hash.slice(1));
    await other.waitForSelector(ready);
    await other.click(ready);
    await other.waitForSelector('.results');
    expect((await download(other, 'safetensors')).equals(bytes)).toBe(true);
    await other.context().close();
    await page.context().close();
  });

  it('stops, goes on, and makes the same model', async () => {
    const page = await site.open('table?data=iris&epochs=120&hidden=256,256,256');
    await page.waitForSelector(ready);
    // From within the page, since the training might end before a click from here arrives.
    await page.evaluate(`new MutationObserver((_, observer) => {
      const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Stop');
      if (!button || !document.querySelector('[data-epochs]:not([data-epochs="0"])')) return;
      observer.disconnect();
      button.click();
    }).observe(document.body, { subtree: true, childList: true, attributes: true })`);
    await page.click(ready);
    await page.waitForSelector('[data-phase=paused]');
    const epochs = () => page.getAttribute('[data-epochs]', 'data-epochs');
    await page.waitForTimeout(200);
    const then = await epochs();
    await page.waitForTimeout(300);
    expect(await epochs()).toBe(then);
    await page.click('text="Go on"');
    await page.waitForSelector('.results');
    const bytes = await download(page, 'safetensors');
    await page.click('text="Train again"');
    await page.waitForSelector('.results', { state: 'detached' });
    await page.waitForSelector('.results');
    expect((await download(page, 'safetensors')).equals(bytes)).toBe(true);
    await page.context().close();
  });

  it('predicts a row, saves the model in the browser and opens it again', async () => {
    const page = await site.open('table?data=iris&epochs=12');
    await page.waitForSelector(ready);
    await page.click(ready);
    await page.waitForSelector('.results');
    const bytes = await download(page, 'safetensors');
    await page.locator('.results form input').nth(2).fill('1.4');
    await page.locator('.results form input').nth(3).fill('0.2');
    await page.click('text="Predict"');
    await expect.poll(() => text(page, '.prediction')).toContain('species: setosa');
    await page.fill('.save input', 'my irises');
    await page.click('text="Save in this browser"');
    await expect.poll(() => text(page, '.save [role=status]')).toContain('my irises');
    await page.reload();
    await page.goto(page.url().replace(/#.*/, '#table'));
    await page.click('text="Open my irises"');
    await page.waitForSelector('.results');
    expect((await download(page, 'safetensors')).equals(bytes)).toBe(true);
    expect(await text(page, '[data-recipe=code]')).toContain("trainTable('iris.csv'");
    await page.context().close();
  });

  it.each([
    ['x;y\n1,5;2\n2,5;3\n3,5;4\n', 'delimiter'],
    ['x,y\n1,2\n3\n4,5\n', 'fields'],
    ['x,y\n1,2\ntwo,3\n3,4\n4,5\n', 'mixed'],
    ['x,y\n1,2\n,3\n4,5\n', 'missing'],
    ['x,y\n1,2\n"3,4\n5,6\n', 'quote'],
  ])('helps with a broken table: %j', async (content, code) => {
    const page = await site.open('table');
    await page.click('details summary');
    await page.fill('textarea', content);
    await page.click('text="Use this text"');
    await page.waitForSelector(`[data-problem=${code}]`);
    await page.click('text="Switch all fixes on"');
    await page.selectOption('.options select >> nth=0', 'y');
    await page.waitForSelector(ready);
    await page.context().close();
  });

  it('takes a file, and shows the error of one that is no table', async () => {
    const page = await site.open('table');
    const iris = fileURLToPath(new URL('../../../examples/data/iris.csv', import.meta.url));
    await page.setInputFiles('input[type=file]', iris);
    await expect.poll(() => text(page, 'section')).toContain('iris.csv: 150 rows, 5 columns');
    const dropped = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['x,y\n1,2\n3,4\n'], 'dropped.csv'));
      return data;
    });
    await page.dispatchEvent('.dropzone', 'drop', { dataTransfer: dropped });
    await expect.poll(() => text(page, 'section')).toContain('dropped.csv: 2 rows, 2 columns');
    await page.setInputFiles('input[type=file]', {
      name: 'a.png',
      mimeType: 'image/png',
      buffer: Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\r', 'latin1'),
    });
    await expect.poll(() => page.locator('[data-problem], [role=alert]').count()).toBeGreaterThan(0);
    await page.context().close();
  });

  it('prints nothing', () => {
    expect(site.printed).toEqual([]);
  });
});
