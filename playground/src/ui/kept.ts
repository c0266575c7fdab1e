/** Reads a text that the browser keeps, for good or for this tab; undefined where it has none, or keeps nothing. */
export function readKept(place: 'localStorage' | 'sessionStorage', name: string): string | undefined {
  try {
    return window[place].getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a text, where the browser allows it. */
export function keep(place: 'localStorage' | 'sessionStorage', name: string, text: string): void {
  try {
    window[place].setItem(name, text);
  } catch {
    // Storage is forbidden or full: the text is lost with the page.
  }
}
