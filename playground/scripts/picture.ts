// npm run picture: the README's picture of the built page, the boundary scene at the end of its first run, as docs/pictures/playground.webp.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Site } from '../test/browser/harness.js';

const site = await new Site().start();
try {
  const page = await site.open('boundary', { viewport: { width: 1100, height: 820 } });
  await page.waitForSelector('[data-status=completed]');
  const png = (await page.screenshot()).toString('base64');
  // Another page has no policy that keeps an image from being read. A text, since tsx would add helpers to a function that the page lacks.
  const plain = await site.newPage();
  const webp = await plain.evaluate<string>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png}';
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.6).split(',')[1];
  })()`);
  writeFileSync(
    fileURLToPath(new URL('../../docs/pictures/playground.webp', import.meta.url)),
    Buffer.from(webp, 'base64'),
  );
} finally {
  await site.stop();
}
