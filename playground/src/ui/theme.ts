/** A colour as red, green, blue, 0 to 255 each. */
export type Color = readonly [red: number, green: number, blue: number];

/** Colours for canvases: those of the page's style. */
export interface Theme {
  readonly page: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  /** Colours of series and classes. */
  readonly series: readonly string[];
}

/** The current colours of an element. */
export function themeOf(element: Element): Theme {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    page: color('page'),
    text: color('text'),
    muted: color('muted'),
    line: color('line'),
    series: [0, 1, 2, 3, 4, 5].map((k) => color(`k${k}`)),
  };
}

/** Red, green and blue of `#rgb` or `#rrggbb`. */
export function rgb(hex: string): Color {
  const digits = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit).join('') : hex.slice(1);
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)) as unknown as Color;
}

/** Calls `changed` when the page turns light or dark, until the returned function is called. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
