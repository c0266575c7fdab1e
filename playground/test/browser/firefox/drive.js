// Goes through the built page in a frame, as a reader would, and reports what it showed: for a browser that playwright-core does not drive.
import { report } from './report.js';

const frame = document.querySelector('iframe');
const find = (selector) => frame.contentDocument?.querySelector(selector);

/** The first element that there is by a selector. */
async function wait(selector) {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const found = find(selector);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${selector} is not there. The page: ${find('main')?.innerText}`);
}

async function click(selector) {
  (await wait(selector)).click();
}

const go = (hash) => {
  frame.contentWindow.location.hash = hash;
};

async function chapter() {
  frame.src = './index.html#chapter';
  await wait('.chapter [data-status=ended]');
  const { loss, weights } = (await wait('[data-optimizer=Adam][data-loss]')).dataset;
  const steps = [...frame.contentDocument.querySelectorAll('.steps tbody tr')].length;
  return { loss, weights, steps };
}

/** Runs a text, the page's own without one, against adamas: what the page says of it, and its data. */
async function scratch(kind, text) {
  if (text !== undefined) {
    const area = await wait('.scratch textarea');
    area.value = text;
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }
  await click('.scratch .primary:not([disabled])');
  const said = (await wait(`[data-scratch=${kind}] [role=status] p`)).textContent;
  return { said, ...find('.scratch [role=status] p').dataset };
}

async function scenes() {
  go('landscapes?steps=60');
  await wait('[data-optimizer] [data-label]');
  go('boundary?epochs=40&pace=0');
  await wait('[data-status=completed]');
  go('table?data=iris&epochs=12');
  await click('.your-table .primary:not([disabled])');
  await wait('.results');
  go('speed?lang=zh');
  await wait('html[lang=zh] main .primary');
}

async function everything() {
  const seen = { chapter: await chapter(), same: await scratch('done') };
  seen.syntax = await scratch('error', 'function adam() {}\nlet x = ;\nlet y;');
  seen.loop = await scratch('slow', 'function init_adam_states() {}\nfunction adam() { for (;;); }');
  const reach = `const request = new XMLHttpRequest();\nrequest.open('GET', '${location.origin}/drive.html', false);\nrequest.send();`;
  seen.reach = await scratch('error', reach);
  await scenes();
  return { ...seen, printed: frame.contentWindow.printed };
}

report(everything());
