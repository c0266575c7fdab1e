import { computed, effect, signal } from '@preact/signals';
import { keep, readKept } from './ui/kept.js';

const KEPT = 'adamas-theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(system.matches);
const chosen = signal(readKept('localStorage', KEPT));

/** Set while the page is dark: as the reader chose, or else as the system is. */
export const isDark = computed(() => (chosen.value ? chosen.value === 'dark' : systemIsDark.value));

/** Chooses light or dark, for this visit and the next. */
export function chooseDark(dark: boolean): void {
  chosen.value = dark ? 'dark' : 'light';
  keep('localStorage', KEPT, chosen.value);
}

system.addEventListener('change', () => {
  systemIsDark.value = system.matches;
});
effect(() => {
  document.documentElement.dataset.theme = isDark.value ? 'dark' : 'light';
});
