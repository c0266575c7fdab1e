import { useSignalEffect } from '@preact/signals';
import type { JSX, TargetedPointerEvent } from 'preact';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { Canvas, type Draw } from '../../ui/canvas.js';
import '../../ui/layers.css';
import { onThemeChange, themeOf } from '../../ui/theme.js';
import { LANDSCAPES, type LandscapeName, type Point } from './functions.js';
import { drawMarks, fromMap } from './map.js';
import { Trails } from './trails.js';
import type { Run } from './useRun.js';

interface MapProps {
  readonly landscape: LandscapeName;
  readonly start: Point;
  readonly run: Run;
  readonly label: string;
  readonly onMove: (point: Point) => void;
}

/** The map, over it the paths, and the start, which can be dragged or moved by the arrow keys. */
export function StartMap(props: MapProps): JSX.Element {
  return (
    <div class="layered">
      <Ground {...props} />
      <Lines {...props} />
      <Marks {...props} />
    </div>
  );
}

/** The map without paths. The worker draws it, and it costs nothing in a frame in which it stays as it is. */
function Ground({ landscape, run }: MapProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    const ask = () => {
      const ratio = Math.min(2, devicePixelRatio);
      const size = Math.round(element.clientWidth * ratio);
      const { page, series, muted } = themeOf(element);
      if (size > 0) run.askGround({ landscape, size, ratio, colors: [page, series[0]!, muted] });
    };
    const observer = new ResizeObserver(ask);
    observer.observe(element);
    const stop = onThemeChange(ask);
    return () => {
      observer.disconnect();
      stop();
    };
  }, [landscape]);
  useSignalEffect(() => {
    const ground = run.ground.value;
    if (ground) canvas.current!.getContext('bitmaprenderer')!.transferFromImageBitmap(ground);
  });
  return <canvas ref={canvas} style={{ aspectRatio: '1' }} />;
}

function Lines({ landscape, run }: MapProps): JSX.Element {
  const trails = useRef<Trails>(undefined);
  const draw: Draw = useCallback(
    (...canvas) => {
      trails.current ??= new Trails();
      trails.current.draw(canvas, landscape, run.paths.value, run.time.value);
    },
    [landscape],
  );
  return <Canvas aspect={1} draw={draw} />;
}

function Marks({ landscape, start, run, label, onMove }: MapProps): JSX.Element {
  const draw: Draw = useCallback(
    (context, width, height, theme) => {
      context.clearRect(0, 0, width, height);
      drawMarks(context, landscape, run.paths.value, { time: run.time.value, start, width, theme });
    },
    [landscape, start],
  );
  const moveTo = (event: TargetedPointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onMove(fromMap(LANDSCAPES[landscape], [event.clientX - box.left, event.clientY - box.top], box.width));
  };
  return (
    <Canvas
      aspect={1}
      draw={draw}
      class="map"
      role="application"
      tabIndex={0}
      aria-label={label}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        moveTo(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) moveTo(event);
      }}
      onKeyDown={(event) => {
        const moves: Record<string, Point> = {
          ArrowLeft: [-1, 0],
          ArrowRight: [1, 0],
          ArrowDown: [0, -1],
          ArrowUp: [0, 1],
        };
        const move = moves[event.key];
        if (move === undefined) return;
        event.preventDefault();
        const { x, y } = LANDSCAPES[landscape];
        const far = event.shiftKey ? 0.1 : 0.01;
        onMove([start[0] + move[0] * far * (x[1] - x[0]), start[1] + move[1] * far * (y[1] - y[0])]);
      }}
    />
  );
}
