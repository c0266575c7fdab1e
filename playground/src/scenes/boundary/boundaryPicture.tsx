import type { ReadonlySignal } from '@preact/signals';
import type { JSX, TargetedPointerEvent } from 'preact';
import { useCallback, useRef, useState } from 'preact/hooks';
import { Canvas, type Draw } from '../../ui/canvas.js';
import '../../ui/layers.css';
import { Pixels } from '../../ui/pixels.js';
import type { Theme } from '../../ui/theme.js';
import { CELLS, paintCells, paletteOf, REACH } from './picture.js';
import type { Points } from './points.js';

interface Props {
  readonly label: string;
  readonly cells: ReadonlySignal<Uint8Array | undefined>;
  readonly points: ReadonlySignal<ShownPoints | undefined>;
  /** Called with the place that is painted; undefined where the points are not the user's own. */
  readonly onPaint: ((x: number, y: number) => void) | undefined;
  /** Called with a place: the nearest point is to be removed. */
  readonly onErase: (x: number, y: number) => void;
  /** Describes the place of the keyboard's cross. */
  readonly cursorText: (x: string, y: string) => string;
}

/** Points, with a mark for those that are held out. */
export interface ShownPoints {
  readonly points: Points;
  readonly held: Uint8Array;
}

/** Least distance between points that one stroke paints, in CSS pixels. */
const APART = 14;

/** The boundary and, over it, the points; a place to paint on where the points are the user's. */
export function BoundaryPicture(props: Props): JSX.Element {
  const { label, cells, onPaint } = props;
  const paint = useCallback((image: Uint8ClampedArray, theme: Theme) => {
    if (cells.value) paintCells(cells.value, paletteOf(theme), image);
    else image.fill(0);
  }, []);
  return (
    <div class="layered" {...(!onPaint && { role: 'img', 'aria-label': label })}>
      <Pixels columns={CELLS} rows={CELLS} paint={paint} />
      <PointsLayer {...props} />
    </div>
  );
}

function PointsLayer({ label, points, onPaint, onErase, cursorText }: Props): JSX.Element {
  const [cursor, setCursor] = useState<readonly [x: number, y: number]>();
  const last = useRef<readonly [number, number]>(undefined);
  const shown = points.value;
  const draw: Draw = useCallback(
    (context, width, height, theme) => {
      context.clearRect(0, 0, width, height);
      if (shown) drawPoints(context, shown, width, theme);
      if (onPaint && cursor) drawCursor(context, toPixels(cursor[0], cursor[1], width), theme);
    },
    [shown, cursor, onPaint === undefined],
  );
  if (onPaint === undefined) return <Canvas aspect={1} draw={draw} />;
  const paintAt = (event: TargetedPointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [i, j] = [event.clientX - box.left, event.clientY - box.top];
    if (last.current && Math.hypot(i - last.current[0], j - last.current[1]) < APART) return;
    last.current = [i, j];
    onPaint(REACH * ((2 * i) / box.width - 1), REACH * (1 - (2 * j) / box.height));
  };
  const press = (event: KeyboardEvent) => {
    const [x, y] = cursor ?? [0, 0];
    const far = event.shiftKey ? 0.2 : 0.04;
    const moves: Record<string, readonly [number, number]> = {
      ArrowLeft: [-far, 0],
      ArrowRight: [far, 0],
      ArrowDown: [0, -far],
      ArrowUp: [0, far],
    };
    const move = moves[event.key];
    const within = (value: number) => Math.round(100 * Math.max(-1, Math.min(1, value))) / 100;
    if (move) setCursor([within(x + move[0]), within(y + move[1])]);
    else if (event.key === ' ' || event.key === 'Enter') onPaint(x, y);
    else if (event.key === 'Delete' || event.key === 'Backspace') onErase(x, y);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <Canvas
        aspect={1}
        draw={draw}
        class="paintable"
        role="application"
        tabIndex={0}
        aria-label={label}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = undefined;
          paintAt(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) paintAt(event);
        }}
        onFocus={() => setCursor((at) => at ?? [0, 0])}
        onKeyDown={press}
      />
      <span class="unseen" aria-live="polite">
        {cursor && cursorText(cursor[0].toFixed(2), cursor[1].toFixed(2))}
      </span>
    </>
  );
}

const toPixels = (x: number, y: number, width: number): readonly [number, number] => [
  ((x / REACH + 1) / 2) * width,
  ((1 - y / REACH) / 2) * width,
];

/** Draws the points: each class has a shape of its own too, and points that are held out are hollow. */
function drawPoints(
  context: CanvasRenderingContext2D,
  { points, held }: ShownPoints,
  width: number,
  theme: Theme,
): void {
  const radius = Math.max(2.5, width / 150);
  for (const [i, label] of points.labels.entries()) {
    const [x, y] = toPixels(points.places[2 * i]!, points.places[2 * i + 1]!, width);
    const path = new Path2D();
    if (label === 0) path.arc(x, y, radius, 0, 2 * Math.PI);
    else if (label === 1) path.rect(x - radius * 0.9, y - radius * 0.9, 1.8 * radius, 1.8 * radius);
    else {
      path.moveTo(x, y - 1.2 * radius);
      path.lineTo(x + 1.1 * radius, y + radius);
      path.lineTo(x - 1.1 * radius, y + radius);
      path.closePath();
    }
    context.fillStyle = held[i] ? theme.page : theme.series[label]!;
    context.strokeStyle = held[i] ? theme.series[label]! : theme.page;
    context.lineWidth = held[i] ? 2 : 1;
    context.fill(path);
    context.stroke(path);
  }
}

function drawCursor(context: CanvasRenderingContext2D, [x, y]: readonly [number, number], theme: Theme): void {
  for (const [color, lineWidth] of [
    [theme.page, 4],
    [theme.text, 1.5],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = lineWidth;
    context.beginPath();
    context.moveTo(x - 10, y);
    context.lineTo(x + 10, y);
    context.moveTo(x, y - 10);
    context.lineTo(x, y + 10);
    context.stroke();
  }
}
