import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

/** Callbacks that show the waiting parts, in their order. */
const waiting = new Set<() => void>();

/** Shows the first that waits once the browser has painted the one before, in a task of its own. */
function showNext(): void {
  requestAnimationFrame(() =>
    setTimeout(() => {
      const [show] = waiting;
      if (show === undefined) return;
      waiting.delete(show);
      show();
      if (waiting.size > 0) showNext();
    }),
  );
}

/** A part of a scene that is not needed at once: it is rendered after the rest, so that no task is long. */
export function Later({ children }: { readonly children: ComponentChildren }): ComponentChildren {
  const shown = useSignal(false);
  useEffect(() => {
    const show = () => {
      shown.value = true;
    };
    waiting.add(show);
    if (waiting.size === 1) showNext();
    return () => {
      waiting.delete(show);
    };
  }, []);
  return shown.value && children;
}
