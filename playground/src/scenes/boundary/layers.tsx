import type { JSX } from 'preact';
import { useCallback } from 'preact/hooks';
import { Canvas, type Draw } from '../../ui/canvas.js';
import { rgb } from '../../ui/theme.js';
import type { LayerPicture } from './job.js';
import { norm, paintMatrix } from './picture.js';
import type { Words } from './words.js';

/** Width of a cell, in rem. */
const CELL = 0.75;

/** Weights and gradients of each layer as small pictures. */
export function LayerPictures({
  w,
  layers,
}: {
  readonly w: Words;
  readonly layers: readonly LayerPicture[];
}): JSX.Element {
  return (
    <section class="layers">
      <h2>{w.pictures}</h2>
      <p>{w.picturesHelp}</p>
      <div class="pictures">
        {layers.map((layer, i) => (
          <div key={i} class="layer">
            <h3>{i + 1 < layers.length ? w.layer(i + 1) : w.outputs(layer.outputs)}</h3>
            <Matrix {...{ w, layer }} name={w.weights} values={layer.weights} />
            <Matrix {...{ w, layer }} name={w.gradients} values={layer.gradients} />
          </div>
        ))}
      </div>
    </section>
  );
}

interface MatrixProps {
  readonly w: Words;
  readonly name: string;
  readonly layer: LayerPicture;
  readonly values: Float32Array;
}

function Matrix({ w, name, layer: { outputs, columns }, values }: MatrixProps): JSX.Element {
  const draw: Draw = useCallback(
    (context, width, height, theme) => {
      const image = new ImageData(columns, outputs);
      paintMatrix(values, { page: rgb(theme.page), classes: theme.series.map(rgb) }, image.data);
      const cells = document.createElement('canvas');
      [cells.width, cells.height] = [columns, outputs];
      cells.getContext('2d')!.putImageData(image, 0, 0);
      context.imageSmoothingEnabled = false;
      context.drawImage(cells, 0, 0, width, height);
      context.strokeStyle = theme.line;
      context.strokeRect(0.5, 0.5, width - 1, height - 1);
    },
    [values],
  );
  const size = norm(values).toPrecision(3);
  return (
    <figure>
      <Canvas
        aspect={outputs / columns}
        draw={draw}
        width={`${CELL * columns}rem`}
        role="img"
        aria-label={w.matrix(name, outputs, columns, size)}
      />
      <figcaption>
        {name}, {w.norm(size)}
      </figcaption>
    </figure>
  );
}
