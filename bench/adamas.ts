// What is measured is what ships: the bundles in dist.
const bundle = (name: string): Promise<unknown> => import(new URL(`../dist/${name}.js`, import.meta.url).href);

export const { Adam, fit, fitSync, linear, parameter, sequential } = (await bundle('index')) as typeof import('adamas');
export const { airfoil } = (await bundle('datasets')) as typeof import('adamas/datasets');
