// Goes on from saved states in a process of its own, by the built dist: reads what stateDict.test.ts wrote, prints what comes of it.
import { readFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import * as adamas from '../../dist/index.js';

const classes = new Map(Object.entries(adamas));
const saved = deserialize(readFileSync(process.argv[2]));
const results = saved.map(({ name, params, dict, grads }) => {
  const optimizer = new (classes.get(name))(params);
  optimizer.loadStateDict(dict);
  for (const step of grads) optimizer.step(step);
  return { params, dict: optimizer.stateDict() };
});
console.log(serialize(results).toString('base64'));
