// Measures both engines: first the cold starts, each in a worker of its own, then all warm runs in one worker.

const COLD_STARTS = 5;

const bytes = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.arrayBuffer();
};

/** What a fresh worker answers. */
function ask(question) {
  const worker = new Worker('/worker.js', { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => ('error' in data ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = (event) => reject(new Error(event.message || 'the worker could not be started'));
    worker.postMessage(question);
  }).finally(() => worker.terminate());
}

let copies = 0;

/** The same program with one more section without meaning: the browser keeps compiled programs by their bytes. */
function unseen(wasm) {
  copies += 1;
  const section = [0, 6, 4, ...new TextEncoder().encode('copy'), copies];
  const copy = new Uint8Array(wasm.byteLength + section.length);
  copy.set(new Uint8Array(wasm));
  copy.set(section, wasm.byteLength);
  return copy.buffer;
}

async function measure() {
  // Without it the browser's clock shows tenths of a millisecond only.
  if (!crossOriginIsolated) throw new Error('the page is not isolated');
  const [model, deskbell, onnxruntime] = await Promise.all(
    ['/model.onnx', '/bench_bg.wasm', '/ort.wasm'].map(bytes),
  );
  const wasm = { deskbell, onnxruntime };
  const cold = { deskbell: [], onnxruntime: [] };
  for (let start = 0; start < COLD_STARTS; start += 1) {
    for (const engine of ['deskbell', 'onnxruntime']) {
      const { millis } = await ask({ cold: { engine, wasm: unseen(wasm[engine]), model } });
      cold[engine].push(millis);
    }
  }
  return { cold, ...(await ask({ warm: { wasm, model } })) };
}

globalThis.measured = measure();
