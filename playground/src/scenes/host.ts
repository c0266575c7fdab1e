import { signal } from '@preact/signals';

export type Language = 'en' | 'zh';
export const language = signal<Language>('en');

/** The scene's own parameters of the address. */
export function readAddress(): URLSearchParams {
  return new URLSearchParams(location.hash.split('?')[1] ?? '');
}

/** Writes them, in place of those before. The language stays, where the address has it. */
export function writeAddress(params: Record<string, string>): void {
  const [scene] = location.hash.split('?');
  const lang = readAddress().get('lang');
  history.replaceState(history.state, '', `${scene}?${new URLSearchParams({ ...(lang && { lang }), ...params })}`);
}
