import { report } from './report.js';

/** What a worker answers. */
export function ask(worker) {
  const result = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
  return report(result);
}
