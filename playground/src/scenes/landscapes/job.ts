// The worker's side of the scene: paths and maps on request.
import type { Channel } from '../../training/channel.js';
import { drawGround, type GroundRequest } from './ground.js';
import { computePaths, type Path, type PathsRequest } from './paths.js';

export type LandscapesCommand =
  | ({ readonly kind: 'paths' } & PathsRequest)
  | ({ readonly kind: 'ground' } & GroundRequest);

export type LandscapesMessage =
  | { readonly kind: 'paths'; readonly paths: readonly Path[] }
  | { readonly kind: 'ground'; readonly ground: ImageBitmap };

/** Serves a page until its job ends. */
export async function landscapesJob(
  _: undefined,
  channel: Channel<LandscapesMessage, LandscapesCommand>,
): Promise<void> {
  channel.onCommand((command) => {
    if (command.kind === 'paths') channel.send({ kind: 'paths', paths: computePaths(command) });
    else {
      const ground = drawGround(command);
      channel.send({ kind: 'ground', ground }, [ground]);
    }
  });
  await new Promise((resolve) => channel.signal.addEventListener('abort', resolve));
}
