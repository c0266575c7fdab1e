import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import './plotPicture.css';

/** A picture of `adamas/plot`, in the page's own colours: its style stands in plotPicture.css, as the page's policy allows none within. */
export function PlotPicture({ svg }: { readonly svg: string }): JSX.Element {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const text = svg.replace(/<style>.*?<\/style>/s, '');
    const picture = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    holder.current!.replaceChildren(document.importNode(picture, true));
  }, [svg]);
  return <div ref={holder} class="plot" />;
}
