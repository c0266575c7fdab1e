import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useCallback } from 'preact/hooks';
import { Pixels } from '../../ui/pixels.js';
import type { Theme } from '../../ui/theme.js';
import type { LayerPicture } from './job.js';
import { norm, paintMatrix, paletteOf } from './picture.js';
import type { Words } from './words.js';

/** Width of a cell, in rem. */
const CELL = 0.75;

interface Props {
  readonly w: Words;
  readonly layers: ReadonlySignal<readonly LayerPicture[]>;
}

/** Weights and gradients of each layer as small pictures. */
export function LayerPictures({ w, layers }: Props): JSX.Element {
  return (
    <section class="layers">
      <h2>{w.pictures}</h2>
      <p>{w.picturesHelp}</p>
      <div class="pictures">
        {layers.value.map((layer, i, { length }) => (
          <div key={i} class="layer">
            <h3>{i + 1 < length ? w.layer(i + 1) : w.outputs(layer.outputs)}</h3>
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
  const paint = useCallback(
    (image: Uint8ClampedArray, theme: Theme) => paintMatrix(values, paletteOf(theme), image),
    [values],
  );
  const size = norm(values).toPrecision(3);
  const label = w.matrix(name, outputs, columns, size);
  return (
    <figure>
      <Pixels {...{ columns, paint }} rows={outputs} width={`${CELL * columns}rem`} role="img" aria-label={label} />
      <figcaption>
        {name}, {w.norm(size)}
      </figcaption>
    </figure>
  );
}
