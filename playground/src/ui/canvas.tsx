import { effect } from '@preact/signals';
import type { CanvasHTMLAttributes, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { onThemeChange, type Theme, themeOf } from './theme.js';

/** Draws on a canvas of `width` by `height` CSS pixels. */
export type Draw = (context: CanvasRenderingContext2D, width: number, height: number, theme: Theme) => void;

type Props = Omit<CanvasHTMLAttributes<HTMLCanvasElement>, 'ref' | 'style' | 'width'> & {
  /** Width in CSS. Default: that of its class. */
  readonly width?: string;
  /** Height over width. */
  readonly aspect: number;
  readonly draw: Draw;
};

/** A canvas as wide as there is room, sharp on every screen. It is drawn in an animation frame: when `draw`, a signal that it reads, the room or the colours change. */
export function Canvas({ aspect, draw, width, ...attributes }: Props): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  const redraw = useRef<() => void>(() => {});
  latest.current = draw;
  useEffect(() => {
    const element = canvas.current!;
    let frame = 0;
    let theme: Theme | undefined;
    let forget = () => {};
    // To ask for it in every frame would lay the page out in every frame.
    let width = element.clientWidth;
    const paint = () => {
      frame = 0;
      const height = Math.round(width * aspect);
      const ratio = Math.min(2, devicePixelRatio);
      const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (w === 0) return;
      if (element.width !== w || element.height !== h) [element.width, element.height] = [w, h];
      const context = element.getContext('2d')!;
      context.setTransform(w / width, 0, 0, h / height, 0, 0);
      theme ??= themeOf(element);
      const colors = theme;
      forget();
      let drawn = false;
      forget = effect(() => {
        // Once for the drawing, which reads the signals, and then when one of them has changed.
        if (drawn) redraw.current();
        else latest.current(context, width, height, colors);
        drawn = true;
      });
    };
    redraw.current = () => {
      frame ||= requestAnimationFrame(paint);
    };
    const observer = new ResizeObserver(() => {
      width = element.clientWidth;
      redraw.current();
    });
    observer.observe(element);
    const stop = onThemeChange(() => {
      theme = undefined;
      redraw.current();
    });
    return () => {
      forget();
      observer.disconnect();
      stop();
      cancelAnimationFrame(frame);
      redraw.current = () => {};
    };
  }, [aspect]);
  useEffect(() => redraw.current(), [draw]);
  return <canvas ref={canvas} style={{ aspectRatio: String(1 / aspect), width }} {...attributes} />;
}
