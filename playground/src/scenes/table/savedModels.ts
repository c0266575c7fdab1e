// The list of the models that are saved in this browser: their bytes are in IndexedDB, what made them is here.
import type { Options } from './recipe.js';

const KEY = 'adamas-playground-models';

/** A saved model: its name, the file it was trained on, and the options. */
export interface SavedModel {
  readonly name: string;
  readonly file: string;
  readonly options: Options;
}

export function savedModels(): readonly SavedModel[] {
  try {
    const list = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** Adds a model to the list, in place of one with its name. */
export const remember = (model: SavedModel): void => keep([...without(model.name), model]);

export const forget = (name: string): void => keep(without(name));

const without = (name: string): SavedModel[] => savedModels().filter((one) => one.name !== name);

function keep(models: readonly SavedModel[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(models));
  } catch {
    // A browser that keeps nothing has no list.
  }
}
