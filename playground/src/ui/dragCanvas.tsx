import type { JSX, TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import { Canvas, type Draw } from './canvas.js';

interface Props {
  readonly draw: Draw;
  readonly class: string;
  readonly label: string;
  /** Called when the pointer goes down, before the first `onDrag`. */
  readonly onDown?: () => void;
  /** Called where the pointer goes down, and wherever it is dragged from there. */
  readonly onDrag: (event: TargetedPointerEvent<HTMLCanvasElement>) => void;
  readonly onKeyDown: (event: TargetedKeyboardEvent<HTMLCanvasElement>) => void;
  readonly onFocus?: () => void;
}

/** A square canvas on which one can drag, and which takes keys. */
export function DragCanvas({ label, onDown, onDrag, ...attributes }: Props): JSX.Element {
  return (
    <Canvas
      aspect={1}
      role="application"
      tabIndex={0}
      aria-label={label}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        onDown?.();
        onDrag(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) onDrag(event);
      }}
      {...attributes}
    />
  );
}
