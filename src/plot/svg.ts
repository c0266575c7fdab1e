// An SVG document as text: escaping, text widths without a DOM, the style for light and dark pages.

/** Font size in pixels. Drawn at 480 pixels and shown at 320, text is 10 pixels high. */
const FONT = 15;

/** Height of a line of text, in pixels. */
export const LINE = 21;

/** Space between things that must not touch, in pixels. */
export const GAP = 8;

/** Colours of the page, text, muted text and grid lines, and then of series: at least 3:1 against the page, and apart in every colour blindness. */
export const COLORS = {
  light: '#fff #1b1f24 #57606a #d8dee4 #0b60fa #c67c3c #014a2e #be308c #5b0282 #72680d',
  dark: '#16191d #e6e9ed #a0a8b2 #3a4048 #297af2 #ea8e31 #79fee5 #d32e7d #c1a5e5 #fee00b',
};

/** Number of colours of series. */
export const HUES = 6;

const rules = (colors: string): string =>
  colors
    .split(' ')
    .map((color, i) => `.adamas-plot${[' .page', '', ' .muted', ' .grid'][i] ?? ` .k${i - 4}`}{color:${color}}`)
    .join('');

const STYLE =
  `.adamas-plot{font:${FONT}px system-ui,sans-serif;stroke-linecap:round;stroke-linejoin:round;max-width:100%;height:auto}` +
  '.adamas-plot *{fill:currentColor}.adamas-plot path{fill:none;stroke:currentColor}' +
  `${rules(COLORS.light)}@media(prefers-color-scheme:dark){${rules(COLORS.dark)}}`;

/** Text as it stands in SVG. Characters that XML forbids become U+FFFD. */
const escapeText = (text: string): string =>
  text
    .replace(/(?![\t\n])[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Estimated width of a text in pixels, on the wide side: fonts differ and none can be measured here. */
export function textWidth(text: string): number {
  let em = 0;
  for (const character of text) {
    em += /[fijlrt.,:;|!'()[\] -]/.test(character) ? 0.42 : /[\dA-Za-ln-vx-z]/.test(character) ? 0.66 : 1;
  }
  return em * FONT;
}

/** The text, cut with an ellipsis where it is wider than `width`. */
export function shorten(text: string, width: number): string {
  const characters = [...text];
  while (characters.length > 1 && textWidth(characters.join('')) > width) characters.splice(-2, 2, '…');
  return characters.join('');
}

/** The text with its first letter in upper case. */
export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A coordinate, rounded to a tenth of a pixel, so that the last bits of an engine's logarithm do not show; none is farther out than renderers can count. */
export const px = (x: number): number => Math.round(Math.max(-1e5, Math.min(1e5, x)) * 10) / 10;

/** A text element, with further attributes. */
export const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${px(x)}" y="${px(y)}"${attributes}>${escapeText(content)}</text>`;

export const MIDDLE = ' text-anchor="middle"';
export const END = ' text-anchor="end"';

/** A line along a path, in the colour of series `k`. */
export const path = (k: number, d: string, width: number, dashes = ''): string =>
  `<path class="k${k % HUES}" d="${d}" stroke-width="${px(width)}" stroke-dasharray="${dashes}"/>`;

/** A rectangle in the colour of series `k`. */
export const rect = (x: number, y: number, width: number, height: number, k: number, attributes = ''): string =>
  `<rect class="k${k % HUES}" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}"${attributes}/>`;

/** A whole picture, named and described for screen readers; it shrinks where there is less room. */
export function svg(title: string, description: string, width: number, height: number, body: string): string {
  const h = px(height);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="adamas-plot" role="img" width="${width}" height="${h}" viewBox="0 0 ${width} ${h}">` +
    `<title>${escapeText(title)}</title><desc>${escapeText(description)}</desc><style>${STYLE}</style>` +
    `<rect class="page" width="100%" height="100%"/>${body}</svg>\n`
  );
}
