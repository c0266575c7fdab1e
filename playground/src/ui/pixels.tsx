import { useSignalEffect } from '@preact/signals';
import type { CanvasHTMLAttributes, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { onThemeChange, type Theme, themeOf } from './theme.js';

type Props = Omit<CanvasHTMLAttributes<HTMLCanvasElement>, 'ref' | 'style' | 'width' | 'height'> & {
  readonly columns: number;
  readonly rows: number;
  /** Writes red, green, blue and alpha of each pixel. It is called again, in an animation frame, when a signal that it reads changes. */
  readonly paint: (image: Uint8ClampedArray, theme: Theme) => void;
  /** Width in CSS. Default: that of its class. */
  readonly width?: string;
};

/** A picture of few pixels, which the browser stretches: cheap enough to be painted in every frame. */
export function Pixels({ columns, rows, paint, width, ...attributes }: Props): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useRef<Theme>(undefined);
  const image = useRef<ImageData>(undefined);
  const frame = useRef(0);
  const put = () => {
    frame.current = 0;
    const element = canvas.current;
    if (element === null) return;
    element.getContext('2d')!.putImageData(image.current!, 0, 0);
  };
  const draw = () => {
    const element = canvas.current;
    if (element === null) return;
    theme.current ??= themeOf(element);
    if (image.current?.width !== columns || image.current.height !== rows) image.current = new ImageData(columns, rows);
    paint(image.current.data, theme.current);
    frame.current ||= requestAnimationFrame(put);
  };
  useSignalEffect(draw);
  useEffect(draw, [paint, columns, rows]);
  useEffect(() => {
    const stop = onThemeChange(() => {
      theme.current = undefined;
      draw();
    });
    return () => {
      stop();
      cancelAnimationFrame(frame.current);
    };
  }, [paint, columns, rows]);
  return (
    <canvas
      ref={canvas}
      width={columns}
      height={rows}
      style={{ aspectRatio: `${columns} / ${rows}`, width }}
      {...attributes}
    />
  );
}
