import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WORKS } from '../../src/scenes/speed/works.js';
import { hasBrowser, Site } from './harness.js';

describe.runIf(hasBrowser)('speed', () => {
  const site = new Site();
  beforeAll(() => site.start(), 60_000);
  afterAll(() => site.stop());

  it.each([
    ['plain JavaScript', '.primary', 1],
    ['plain JavaScript and TensorFlow.js', '[data-tfjs]', 2],
  ])('times adamas and %s, which compute the same, and has the digest of every machine', async (_, button, others) => {
    const page = await site.open('speed');
    await page.waitForSelector(button);
    expect([...site.asked].filter((file) => file.includes('tfjs'))).toEqual([]);
    await page.click(button);
    await page.waitForSelector('[data-same=true]');
    const ratios = await page.$$eval('[data-ratio]', (all) => all.map((cell) => cell.getAttribute('data-ratio')));
    expect(ratios).toHaveLength(WORKS.length * others);
    expect(ratios.map(Number).filter((ratio) => ratio > 0)).toHaveLength(ratios.length);
    await page.context().close();
    expect(site.printed).toEqual([]);
  });
});
