export * from 'adamas';
export { airfoil, csvBatches, parseCsv } from 'adamas/datasets';
export { fit as fitInWorker } from 'adamas/worker';
