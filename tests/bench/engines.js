// Both engines with one face: made of a program's and a model's bytes, and run from ids to numbers. Their own
// JavaScript is loaded with this file.

import init, { Engine } from '/bench.js';
import * as ort from '/ort.mjs';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/**
 * How onnxruntime-web is told to treat the graph. `basic` makes floats of the 8-bit weights anew in every run; `exact`
 * does so once, with every other optimisation on. `default` is free to compute with 8 bits where the file has them: the
 * difference of the outputs shows whether it does.
 */
export const LEVELS = {
  basic: { graphOptimizationLevel: 'basic' },
  exact: { graphOptimizationLevel: 'all', extra: { session: { disable_quant_qdq: '1' } } },
  default: {},
};

/** Our engine. `run` gives all outputs, one behind the other. */
export async function deskbell(wasm, model) {
  await init({ module_or_path: wasm });
  const engine = new Engine(new Uint8Array(model));
  return {
    names: engine.outputs(),
    rows: engine.rows('pieces'),
    run: (pieces, positions) => engine.run(pieces, positions),
  };
}

/** onnxruntime-web. `run` gives a promise of the outputs by name. The program is taken by the first call only. */
export async function onnxruntime(wasm, model, level) {
  ort.env.wasm.wasmBinary = wasm;
  const session = await ort.InferenceSession.create(new Uint8Array(model), {
    executionProviders: ['wasm'],
    ...LEVELS[level],
  });
  const tensor = (ids) => new ort.Tensor('int64', ids, [ids.length]);
  return {
    run: (pieces, positions) => session.run({ pieces: tensor(pieces), positions: tensor(positions) }),
  };
}
