// Every scene in both languages, light and dark, from phone to desktop: nothing wider than the page, no text cut, nothing that axe finds serious.
// The screenshots are left for eyes in the folder `adamas-looks` of the system's temporary folder, or in that which LOOKS names.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, Site } from './harness.js';

const OUT = process.env.LOOKS ?? join(tmpdir(), 'adamas-looks');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Each scene with all of its parts to be seen. */
const SCENES: Readonly<Record<string, readonly [hash: string, ready: (page: Page) => Promise<unknown>]>> = {
  chapter: [
    'chapter?run=Adam,RMSprop,Momentum,SGD,Adagrad,Adadelta',
    (page) => page.waitForSelector('.chapter [data-status=ended]'),
  ],
  speed: [
    'speed?',
    async (page) => {
      await page.click('.primary');
      await page.waitForSelector('[data-same]');
    },
  ],
  landscapes: [
    'landscapes?f=himmelblau&run=sgd,momentum,nesterov,adagrad,rmsprop,adam,lion,lbfgs',
    (page) => page.waitForSelector('[data-optimizer] [data-label]'),
  ],
  boundary: [
    'boundary?data=spirals&hidden=16,16&epochs=100&pace=0',
    (page) => page.waitForSelector('[data-status=completed]'),
  ],
  table: [
    'table?data=cars&fixes=date.2.listed,missing.38.fuel,missing.54.mileage,missing.21.power&epochs=30',
    async (page) => {
      await page.click('.primary:not([disabled])');
      await page.waitForSelector('.importances tr:nth-child(5)');
    },
  ],
};

/** Elements that are wider than the page, or have a text that is cut. */
const OVERFLOWS = `Array.from(document.querySelectorAll('body *')).filter((one) => {
  if (one.closest('.wide, .program, .unseen, svg, .uplot, thead')) return false;
  const box = one.getBoundingClientRect();
  const isText = ['BUTTON', 'LABEL', 'DD', 'TH', 'LEGEND', 'SELECT', 'A'].includes(one.tagName);
  return box.width > 0 && (box.right > innerWidth + 1 || (isText && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0));
}).map((one) => one.tagName + '.' + one.className + ': ' + one.textContent.slice(0, 30))`;

const SERIOUS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 100)))`;

const site = new Site();
beforeAll(async () => {
  mkdirSync(OUT, { recursive: true });
  if (hasBrowser) await site.start();
}, 60_000);
afterAll(() => (hasBrowser ? site.stop() : undefined));

/** All of them; in CI dark on the phone and light on the desktop. */
const looks = ['en', 'zh'].flatMap((lang) =>
  (['light', 'dark'] as const).flatMap((scheme) => {
    const widths = process.env.CI ? [scheme === 'dark' ? 360 : 1280] : [360, 768, 1280];
    return widths.map((width) => [lang, scheme, width] as const);
  }),
);

describe.runIf(hasBrowser).each(Object.entries(SCENES))('%s', (name, [hash, ready]) => {
  it.each(looks)('%s, %s, %i pixels', async (lang, scheme, width) => {
    const page = await site.open(`${hash}&lang=${lang}`, {
      ...{ viewport: { width, height: 900 }, colorScheme: scheme, reducedMotion: 'reduce' },
      // For axe alone.
      bypassCSP: true,
    });
    await ready(page);
    await page.waitForTimeout(400);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(await page.evaluate(OVERFLOWS)).toEqual([]);
    await page.evaluate(axe);
    expect(await page.evaluate(SERIOUS)).toEqual([]);
    await page.screenshot({ path: join(OUT, `${name}-${lang}-${scheme}-${width}.png`), fullPage: true });
    await page.context().close();
  });
});
