/** Reads a text from the browser's storage, permanent or of this tab; undefined if there is none, or no storage. */
export function readKept(place: 'localStorage' | 'sessionStorage', name: string): string | undefined {
  try {
    return window[place].getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Stores a text, if the browser allows it. */
export function keep(place: 'localStorage' | 'sessionStorage', name: string, text: string): void {
  try {
    window[place].setItem(name, text);
  } catch {
    // Storage is forbidden or full: the text is lost with the page.
  }
}
