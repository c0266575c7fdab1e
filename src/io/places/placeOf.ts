import type { Place } from '../../train/place.js';
import { show } from '../../validate.js';
import { file } from './file.js';

/** The place of a `place` argument: a path or `file:` URL means a file. Throws TypeError for anything else. */
export function placeOf(call: string, place: string | URL | Place): Place {
  if (typeof place === 'string' || Object.prototype.toString.call(place) === '[object URL]') {
    return file(place as string | URL);
  }
  const { read, write } = Object(place) as Partial<Place>;
  if (typeof read !== 'function' || typeof write !== 'function') {
    throw new TypeError(`${call}: place must be a path, a file: URL or { read, write }, got ${show(place)}`);
  }
  return place as Place;
}
