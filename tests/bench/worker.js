// Runs the engines where the product runs its own: in a worker.

import * as engines from '/engines.js';

const LENGTHS = [20, 10, 40];
const WARM_UP = 200;
const RUNS = 200;

/** Ids spread over the first `rows` rows of the table, always the same, and their positions. */
function message(length, rows) {
  const places = Array.from({ length }, (_, place) => place);
  return [
    BigInt64Array.from(places, (place) => BigInt((place * 7919 + length) % rows)),
    BigInt64Array.from(places, BigInt),
  ];
}

/** From bytes in memory to the first result. */
async function cold({ engine, wasm, model }) {
  // One row suffices: any id costs the same. And `basic` is the level with the least to do beforehand.
  const input = message(LENGTHS[0], 1);
  const start = performance.now();
  const loaded = await engines[engine](wasm, model, 'basic');
  await loaded.run(...input);
  return { millis: performance.now() - start };
}

async function warm({ wasm, model }) {
  const ours = await engines.deskbell(wasm.deskbell, model);
  const pairs = [];
  for (const level of Object.keys(engines.LEVELS)) {
    const theirs = await engines.onnxruntime(wasm.onnxruntime, model, level);
    for (const length of LENGTHS) {
      const input = message(length, ours.rows);
      const times = { deskbell: [], onnxruntime: [] };
      for (let run = -WARM_UP; run < RUNS; run += 1) {
        const start = performance.now();
        ours.run(...input);
        const between = performance.now();
        await theirs.run(...input);
        const end = performance.now();
        if (run >= 0) {
          times.deskbell.push(between - start);
          times.onnxruntime.push(end - between);
        }
      }
      const difference = greatest(ours.names, ours.run(...input), await theirs.run(...input));
      pairs.push({ level, length, difference, ...times });
    }
  }
  return { pairs };
}

/** The greatest difference of two values that should be the same. */
function greatest(names, ours, theirs) {
  const values = names.flatMap((name) => [...theirs[name].data]);
  if (values.length !== ours.length || values.length === 0) throw new Error('the outputs differ in their number');
  return Math.max(...values.map((value, at) => Math.abs(value - ours[at])));
}

onmessage = async ({ data }) => {
  try {
    postMessage(data.cold ? await cold(data.cold) : await warm(data.warm));
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
};
