import type { JSX, TargetedPointerEvent } from 'preact';
import { useCallback, useRef } from 'preact/hooks';
import { Canvas, type Draw } from '../../ui/canvas.js';
import '../../ui/layers.css';
import { LANDSCAPES, type LandscapeName, type Point } from './functions.js';
import type { GroundRequest } from './ground.js';
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

function Ground({ landscape, run }: MapProps): JSX.Element {
  const asked = useRef('');
  const draw: Draw = useCallback(
    (context, width, height, theme) => {
      const size = context.canvas.width;
      const request: GroundRequest = {
        ...{ landscape, size, ratio: size / width },
        colors: [theme.page, theme.series[0]!, theme.muted],
      };
      // The old picture stays until the new one is there.
      if (run.ground.value) context.drawImage(run.ground.value, 0, 0, width, height);
      const key = JSON.stringify(request);
      if (asked.current !== key) run.askGround(request);
      asked.current = key;
    },
    [landscape],
  );
  return <Canvas aspect={1} draw={draw} />;
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
