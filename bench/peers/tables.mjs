// Readers of a table: Papa Parse and µDSV only split it into fields; danfo.js and TensorFlow.js find out the kinds of columns too.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A reader by the name of its package: a function that reads a file, or the text of one, and gives the number of rows. */
const READERS = {
  async 'adamas parseCsv'() {
    const { parseCsv } = await import('../../dist/datasets.js');
    return { title: 'adamas parseCsv, a dataset', text: (text) => countOf(parseCsv(text, OPTIONS)) };
  },
  async 'adamas readCsv'() {
    const { readCsv } = await import('../../dist/datasets.js');
    return { title: 'adamas readCsv, from a file', file: async (file) => countOf(await readCsv(file, OPTIONS)) };
  },
  papaparse() {
    const { parse } = require('papaparse');
    const text = (text) => parse(text, { header: false, skipEmptyLines: true }).data.length - 1;
    return { title: 'Papa Parse 5.7.1, fields only', text };
  },
  udsv() {
    const { inferSchema, initParser } = require('udsv');
    return { title: 'µDSV 0.7.3, fields only', text: (text) => initParser(inferSchema(text)).stringArrs(text).length };
  },
  danfojs() {
    const { DataFrame } = require('danfojs');
    const { parse } = require('papaparse');
    // As its readCSV does once it has the text.
    const options = { header: true, dynamicTyping: true, skipEmptyLines: 'greedy' };
    return { title: 'danfo.js 1.1.2, a DataFrame', text: (text) => new DataFrame(parse(text, options).data).shape[0] };
  },
  tfjs() {
    const tf = require('@tensorflow/tfjs');
    const file = async (path) => {
      let count = 0;
      await tf.data.csv(`file://${path}`).forEachAsync(() => count++);
      return count;
    };
    return { title: 'TensorFlow.js 4.22.0, data.csv', file };
  },
};
const OPTIONS = { target: 'y', columns: { day: 'date' }, missing: 'mean' };

export const NAMES = Object.keys(READERS);

export async function peer(name) {
  const { title, text, file } = await READERS[name]();
  const table = async ({ path }) => {
    const content = text && readFileSync(path, 'utf8');
    const call = text ? () => text(content) : () => file(path);
    return { call, check: [await call()] };
  };
  return { title, works: { table } };
}

function countOf(table) {
  const { length } = table.data;
  table.dispose();
  return length;
}
