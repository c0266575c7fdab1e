import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundaryJob } from '../../src/scenes/boundary/job.js';
import { INITIAL, readState } from '../../src/scenes/boundary/state.js';
import { INITIAL as CHAPTER } from '../../src/scenes/chapter/state.js';
import { train } from '../../src/scenes/chapter/train.js';
import { computePaths } from '../../src/scenes/landscapes/paths.js';
import { hasBrowser, Site, text } from './harness.js';

const site = new Site();
beforeAll(() => (hasBrowser ? site.start() : undefined), 60_000);
afterAll(() => (hasBrowser ? site.stop() : undefined));

const params = (page: Page) => new URLSearchParams(new URL(page.url()).hash.split('?')[1]);

describe.runIf(hasBrowser)('chapter', () => {
  it('trains to the bits of Node, anew when a slider moves, and as the address says', async () => {
    const page = await site.open('chapter');
    const [slow, fast] = [await train('Adam', CHAPTER), await train('Adam', { ...CHAPTER, lr: 0.1 })];
    const shown = (name: string) => page.getAttribute('[data-optimizer=Adam]', `data-${name}`);
    await expect.poll(() => shown('loss')).toBe(String(slow.losses.at(-1)));
    expect(await shown('weights')).toBe(slow.weights.join(' '));
    await page.waitForSelector('.chapter [data-status=ended]');
    expect(await page.locator('.steps tbody tr').count()).toBe(7);
    await page.fill('.pair input >> nth=0', '-40');
    await expect.poll(() => params(page).get('lr')).toBe('0.1');
    await expect.poll(() => shown('loss')).toBe(String(fast.losses.at(-1)));
    const other = await site.open(new URL(page.url()).hash.slice(1));
    await expect.poll(() => other.getAttribute('[data-optimizer=Adam]', 'data-weights')).toBe(fast.weights.join(' '));
    await other.context().close();
    await page.context().close();
  });

  it('stops and goes on, goes through the steps, sorts the table', async () => {
    const page = await site.open('chapter?epochs=500&run=Adam,SGD');
    await page.click('text="Stop"');
    await page.click('text="Go on"');
    await page.waitForSelector('[data-status=ended]');
    const { losses } = await train('Adam', { ...CHAPTER, epochs: 500 });
    expect(await page.getAttribute('[data-optimizer=Adam]', 'data-loss')).toBe(String(losses.at(-1)));
    const first = await text(page, '.steps tbody tr');
    await page.click('text="Next"');
    expect(await text(page, '.steps tbody tr')).not.toBe(first);
    await page.click('text="Back"');
    expect(await text(page, '.steps tbody tr')).toBe(first);
    await page.click('.rows th button >> nth=0');
    const values = (await page.locator('.rows tbody tr td:nth-child(2)').allTextContents()).map(Number);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    await page.context().close();
  });
});

it.runIf(hasBrowser)('turns dark and light by its button, and stays so', async () => {
  const page = await site.open('chapter', { colorScheme: 'dark' });
  const theme = () => page.getAttribute('html', 'data-theme');
  await expect.poll(theme).toBe('dark');
  await page.click('text="Light"');
  await expect.poll(theme).toBe('light');
  await page.reload();
  await expect.poll(theme).toBe('light');
  await page.click('text="Dark"');
  await expect.poll(theme).toBe('dark');
  await page.context().close();
});

it.runIf(hasBrowser)('works offline once loaded', async () => {
  const page = await site.open('chapter');
  await page.waitForSelector('.chapter [data-status=ended]');
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
  await page.context().setOffline(true);
  await page.reload();
  await page.waitForSelector('.chapter [data-status=ended]');
  await page.click('.scratch .primary');
  await page.waitForSelector('[data-scratch=done]');
  await page.click('text="Boundary"');
  await page.waitForSelector('[data-status=running], [data-status=completed]');
  await page.context().close();
});

describe.runIf(hasBrowser)('landscapes', () => {
  const rows = (page: Page) => page.$$eval('[data-optimizer]', (all) => all.map((row) => row.textContent));

  it('shows where each optimizer is, by the numbers of the same run in Node', async () => {
    const page = await site.open('landscapes?f=beale&start=1,1.5&steps=120&run=adam:0.1,lbfgs:1', {
      reducedMotion: 'reduce',
    });
    await page.waitForSelector('[data-label]');
    const [adam] = computePaths({
      landscape: 'beale',
      start: [1, 1.5],
      steps: 120,
      runners: [{ name: 'adam', lr: 0.1 }],
    });
    expect((await rows(page))[0]).toContain(adam!.values[120]!.toPrecision(4));
    expect((await rows(page))[0]).toContain(adam!.points[240]!.toFixed(4));
    expect((await rows(page))[1]).toMatch(/ended after \d+ steps/);
    await page.context().close();
  });

  it('moves the start by keys, by fields and by the mouse, and the run with it', async () => {
    const page = await site.open('landscapes', { reducedMotion: 'reduce' });
    await page.waitForSelector('[data-label]');
    const before = await rows(page);
    await page.focus('[role=application]');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowUp');
    await expect.poll(() => params(page).get('start')).toBe('-1.16,1.4');
    await expect.poll(() => rows(page)).not.toEqual(before);
    await page.fill('.pair input >> nth=0', '0.5');
    await page.keyboard.press('Enter');
    await expect.poll(() => params(page).get('start')).toBe('0.5,1.4');
    const box = (await page.locator('[role=application]').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => Number(params(page).get('start')!.split(',')[0])).toBeCloseTo(-1, 1);
    const moved = await rows(page);
    await page.fill('[data-optimizer=adam] input', '0.02');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await rows(page))[3]).not.toBe(moved[3]);
    const last = await rows(page);
    // The same address in another profile gives the same run.
    const other = await site.open(new URL(page.url()).hash.slice(1), { reducedMotion: 'reduce' });
    await other.waitForSelector('[data-label]');
    expect(await rows(other)).toEqual(last);
    await other.context().close();
    await page.context().close();
  });

  it('plays, and is scrubbed', async () => {
    const page = await site.open('landscapes?steps=300');
    await page.waitForSelector('[data-label]');
    const time = () => page.inputValue('.timeline input').then(Number);
    const first = await time();
    await expect.poll(time).toBeGreaterThan(first);
    await page.fill('.timeline input', '10');
    expect(await time()).toBe(10);
    await page.waitForTimeout(100);
    expect(await time()).toBe(10);
    expect(await text(page, '.timeline')).toContain('step 10 of 300');
    await page.context().close();
  });
});

describe.runIf(hasBrowser)('boundary', () => {
  const figure = (page: Page, name: string) => page.getAttribute('.figures', `data-${name}`);

  it('trains to the loss of the same run in Node, to the bit', async () => {
    const hash = 'boundary?data=moons&epochs=150&pace=10&seed=4';
    const page = await site.open(hash);
    await page.waitForSelector('[data-status=completed]');
    let loss = Number.NaN;
    let take: (command: 'drawn') => void;
    await boundaryJob(readState(new URLSearchParams(hash.split('?')[1])), {
      signal: new AbortController().signal,
      onCommand: (listener) => {
        take = listener;
      },
      send(message) {
        if (message.kind !== 'frame') return;
        loss = message.rows.at(-1)?.loss ?? loss;
        setTimeout(() => take('drawn'));
      },
    });
    await expect.poll(() => figure(page, 'loss')).toBe(String(loss));
    expect(loss).toBeLessThan(0.1);
    await page.context().close();
  });

  it('stops, goes one epoch, goes on', async () => {
    const page = await site.open('boundary?epochs=120');
    await page.waitForSelector('.figures[data-loss]');
    await page.click('text="Stop"');
    await page.waitForSelector('[data-status=paused]');
    await page.waitForTimeout(150);
    const epoch = Number(await figure(page, 'epoch'));
    await page.waitForTimeout(150);
    expect(Number(await figure(page, 'epoch'))).toBe(epoch);
    await page.click('text="One epoch"');
    await expect.poll(() => figure(page, 'epoch')).toBe(String(epoch + 1));
    await page.click('text="Go on"');
    await page.waitForSelector('[data-status=completed]');
    await page.context().close();
  });

  it('trains anew when a slider or a layer is changed', async () => {
    const page = await site.open('boundary?epochs=100&pace=0');
    const ended = async () => {
      await page.waitForSelector('[data-status=completed][data-epoch="100"]');
      return figure(page, 'loss');
    };
    const losses = [await ended()];
    for (const change of [
      () => page.locator('input[type=range]').nth(2).press('ArrowRight'),
      () => page.click('[aria-label="One unit more in hidden layer 1"]'),
      () => page.click('text="Add a layer"'),
      () => page.click('text="Remove the last layer"'),
      () => page.selectOption('.training select >> nth=1', 'sgd'),
    ]) {
      await page.$eval('.figures', (figures) => figures.removeAttribute('data-epoch'));
      await change();
      losses.push(await ended());
    }
    expect(new Set(losses.slice(0, 4)).size).toBe(4);
    expect(losses[4]).toBe(losses[2]);
    expect(losses[5]).not.toBe(losses[4]);
    const other = await site.open(new URL(page.url()).hash.slice(1));
    await other.waitForSelector('[data-status=completed]');
    await expect.poll(() => figure(other, 'loss')).toBe(losses[5]);
    await other.context().close();
    await page.context().close();
  });

  it('learns points that were painted by keys alone', async () => {
    const page = await site.open('boundary?data=painted&epochs=60&pace=0');
    await expect.poll(() => text(page, '[role=status]')).toContain('nothing to tell apart');
    await page.focus('[role=application]');
    const paint = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await paint('ArrowLeft', 'Enter', 'Shift+ArrowLeft', ' ', 'ArrowUp', ' ');
    await page.selectOption('fieldset select >> nth=0', '1');
    await page.focus('[role=application]');
    await paint('Shift+ArrowRight', 'Shift+ArrowRight', 'Enter', 'ArrowRight', 'Enter', 'ArrowUp', 'Enter', 'Delete');
    await page.waitForSelector('[data-status=completed]');
    expect(params(page).get('points')).toMatch(/^(0[\da-f]{4}){3}(1[\da-f]{4}){2}$/);
    await page.context().close();
  });
});

it.runIf(hasBrowser)('goes from scene to scene and back, in the language that was chosen', async () => {
  const page = await site.open('landscapes');
  await page.click('header button[lang]');
  await expect.poll(() => text(page, 'h1')).toBe('函数地形');
  await page.click('nav a[href^="#table"]');
  await expect.poll(() => text(page, 'h1')).toBe('你的表格');
  await page.goBack();
  await expect.poll(() => text(page, 'h1')).toBe('函数地形');
  expect(await page.getAttribute('html', 'lang')).toBe('zh');
  await page.context().close();
});

it.runIf(hasBrowser)('speaks Chinese, and prints nothing', async () => {
  const page = await site.open(`boundary?lang=zh&epochs=${INITIAL.epochs}`);
  await expect.poll(() => text(page, 'h1')).toBe('决策边界');
  await page.context().close();
  expect(site.printed).toEqual([]);
});
