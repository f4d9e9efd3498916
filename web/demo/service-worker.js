// The demonstration's server, in the browser: answers /v1, /contact and /loader/site from a program that keeps its data in
// IndexedDB, and every other address from the files that were fetched at the first visit.
import start, { Program } from '.{{asset:demo.js}}';

/** SHA-256 of every file by its path below this folder. A new version of any file is a new version of this script. */
const FILES = {{files}};
const base = new URL('.', location.href).pathname;
/** Other demonstrations may live on this origin, so everything kept carries the folder's name. */
const name = `deskbell-demo:${base}`;
const channel = new BroadcastChannel(name);

// ---- Files: kept by the hash of their content, so that a new version fetches only what changed.

const types = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  script: 'text/javascript; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
};
/** Addresses that the server answers with a page of another name. */
const pages = { '': 'index.html', widget: 'widget.html', console: 'console.html' };

const keyOf = (path) => new Request(`${base}${FILES[path]}/${path}`);
const extensionOf = (path) => path.slice(path.lastIndexOf('.') + 1);

/** The file for an address below the folder, or nothing. */
function fileAt(below) {
  const path = pages[below] ?? below;
  return Object.hasOwn(FILES, path) ? path : undefined;
}

async function fetchFile(path) {
  const response = await fetch(base + path, { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  const bytes = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  // The host is in the middle of an update: better to keep the old version and to try again later.
  if (hash !== FILES[path]) throw new Error(`${path} is not of this version`);
  return bytes;
}

/** Fetches what is not here yet, and tells how far it is. */
async function fetchFiles() {
  const cache = await caches.open(name);
  const here = new Set((await cache.keys()).map(({ url }) => url));
  let done = 0;
  const paths = Object.keys(FILES);
  const waiting = [...paths];
  const take = async () => {
    for (let path = waiting.shift(); path; path = waiting.shift()) {
      if (!here.has(keyOf(path).url)) {
        const headers = { 'content-type': types[extensionOf(path)] ?? 'application/octet-stream' };
        await cache.put(keyOf(path), new Response(await fetchFile(path), { headers }));
      }
      done += 1;
      channel.postMessage({ fetched: done / paths.length });
    }
  };
  await Promise.all(Array.from({ length: 6 }, take));
}

async function forgetOldFiles() {
  const cache = await caches.open(name);
  const wanted = new Set(Object.keys(FILES).map((path) => keyOf(path).url));
  for (const key of await cache.keys()) if (!wanted.has(key.url)) await cache.delete(key);
}

/** The product's files name each other as on a server, from the root on; here that is this folder. */
const rooted = /(["'`}])\/(?=(?:assets|console|contact|loader|locales|widget)\b)/g;

async function file(path) {
  const cache = await caches.open(name);
  // The browser may have thrown the cache away.
  const response = (await cache.match(keyOf(path))) ?? new Response(await fetchFile(path));
  const headers = { 'content-type': types[extensionOf(path)] ?? 'application/octet-stream', 'cache-control': 'no-cache' };
  if (base === '/' || !/^(?:css|html|js)$/.test(extensionOf(path))) return new Response(response.body, { headers });
  return new Response((await response.text()).replace(rooted, `$1${base}`), { headers });
}

// ---- Data: one record per conversation, and one about the agent.

const finished = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function openRecords() {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('records');
  return finished(opening);
}

/** Resolves once the changes are on disk. */
function keep(records, changes) {
  if (!records || !changes.length) return undefined;
  const transaction = records.transaction('records', 'readwrite', { durability: 'strict' });
  const store = transaction.objectStore('records');
  for (const change of changes) {
    if (change === 'forget_all') store.clear();
    else store.put(change.keep.text, change.keep.name);
  }
  return new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
}

// ---- The program.

let running;
const program = () =>
  (running ??= run().catch((error) => {
    running = undefined;
    throw error;
  }));

/** A program that knows of nothing kept. */
async function blank() {
  await start({ module_or_path: await file('{{asset:demo_bg.wasm}}'.slice(1)) });
  const look = ['{{asset:deskbell.svg}}', '{{asset:tokens.css}}', '{{asset:contact.css}}'];
  const [icon, ...sheets] = look.map((path) => base + path.slice(1));
  return new Program(JSON.stringify({ icon, sheets }));
}

async function run() {
  const demo = await blank();
  const records = await openRecords().catch((error) => {
    console.warn('Deskbell: this browser keeps nothing; the demonstration lasts as long as its worker.', error);
  });
  try {
    if (records) await restore(demo, records);
  } catch (error) {
    // Left open, it would keep anybody from mending it.
    records.close();
    throw error;
  }
  demo.restored(Date.now());
  return { demo, records };
}

async function restore(demo, records) {
  // Somebody clears the site's data: begin anew with the next request.
  records.onclose = records.onversionchange = stop;
  const store = records.transaction('records').objectStore('records');
  const [names, texts] = await Promise.all([finished(store.getAllKeys()), finished(store.getAll())]);
  names.forEach((record, at) => {
    try {
      demo.restore(record, texts[at]);
    } catch (error) {
      console.warn(`Deskbell: the record ${record} cannot be used.`, error);
    }
  });
}

/** Lets go of the program. What was kept is read again with the next request; open streams end, and come back. */
function stop() {
  void running?.then(({ records }) => records?.close(), () => {});
  running = undefined;
  clearTimeout(waking);
  for (const id of [...streams.keys()]) end(id);
}

/** One thing at a time: nothing may see what is not kept yet. */
let last = Promise.resolve();
function turn(work) {
  const result = last.then(work);
  last = result.catch(() => {});
  return result;
}

// ---- Streams.

const encoder = new TextEncoder();
const streams = new Map();
/** A worker that nobody asks anything is stopped; an open stream asks for so long, in milliseconds. */
const STAY = 240_000;
/** A new version waits until this one has nothing to do. */
let leaving = false;

function openStream(id, event, demo) {
  const { promise, resolve } = Promise.withResolvers();
  if (!leaving) event.waitUntil(Promise.race([promise, new Promise((late) => setTimeout(late, STAY))]));
  return new ReadableStream({
    start: (controller) => {
      streams.set(id, { controller, resolve });
      // It comes back in a moment, by then to the new version. Open, it would keep that one waiting.
      if (leaving) end(id);
    },
    cancel: () => {
      streams.delete(id);
      resolve();
      void turn(() => {
        demo.close(id, Date.now());
        spread(demo);
      });
    },
  });
}

function send(id, text) {
  streams.get(id)?.controller.enqueue(encoder.encode(text));
}

function end(id) {
  const stream = streams.get(id);
  streams.delete(id);
  stream?.controller.close();
  stream?.resolve();
}

let waking;
/** Sends what there is to send, and again when something ends by itself: a sign of writing, or the time to come back. */
function spread(demo) {
  for (const news of JSON.parse(demo.news(Date.now()))) {
    if (news.text) send(news.stream, news.text);
    if (news.end) end(news.stream);
  }
  clearTimeout(waking);
  const now = Date.now();
  const at = demo.changesAt(now);
  if (at) waking = setTimeout(() => void turn(async () => spread((await program()).demo)), at - now);
}

// A silent stream shows that it is alive, as the server's do.
setInterval(() => {
  for (const id of streams.keys()) send(id, ':\n\n');
}, 15_000);

// ---- Requests.

const random = () => crypto.getRandomValues(new Uint8Array(16));

/** What the contact page may do, as on a server. */
const formPolicy = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
};

/** An answer of the program that is no stream. */
function respond({ status, body }) {
  const [kind, content] = body === 'nothing' ? ['nothing'] : Object.entries(body)[0];
  const type = { 'content-type': types[kind] ?? types.json, 'cache-control': 'no-store', ...(kind === 'html' && formPolicy) };
  return new Response(content ?? null, { status, headers: type });
}

/** The answer while the data cannot be reached. */
async function refusal(asked, error) {
  console.error('Deskbell: the demonstration could not answer.', error);
  try {
    const demo = await blank();
    const answered = respond(JSON.parse(demo.unavailable(asked, random())));
    demo.free();
    return answered;
  } catch {
    // Not even the program is to be had.
    return new Response('The demonstration does not work at the moment. Please try again.', { status: 503 });
  }
}

async function answer(event, path, query) {
  const { request } = event;
  const { method, headers } = request;
  const body = method === 'GET' ? '' : await request.text();
  const asked = JSON.stringify({
    method,
    path,
    query,
    body,
    authorization: headers.get('authorization'),
    content_type: headers.get('content-type'),
    last_event_id: headers.get('last-event-id'),
    // The header itself is not shown to workers.
    accept_language: navigator.languages.join(),
  });
  return turn(async () => {
    const { demo, records } = await program();
    const answered = JSON.parse(demo.answer(asked, Date.now(), random()));
    await keep(records, answered.changes);
    const { stream } = answered.body;
    const response = stream
      ? new Response(openStream(stream, event, demo), {
          headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
        })
      : respond(answered);
    spread(demo);
    if (answered.changes.length) channel.postMessage('changed');
    return response;
  }).catch((error) => {
    // What is in memory may be ahead of what is kept.
    stop();
    return refusal(asked, error);
  });
}

addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  // A page asks for addresses from the root on, wherever this folder lies.
  const below = url.pathname.startsWith(base) ? url.pathname.slice(base.length) : url.pathname.slice(1);
  if (/^(?:v1|contact|loader\/site)\//.test(below)) return event.respondWith(answer(event, `/${below}`, url.search.slice(1)));
  const path = fileAt(below);
  if (path) event.respondWith(file(path));
});

addEventListener('install', (event) => event.waitUntil(fetchFiles()));
addEventListener('activate', (event) => event.waitUntil(forgetOldFiles().then(() => clients.claim())));
// Any message keeps the worker awake.
addEventListener('message', (event) => {
  if (event.data === 'update') skipWaiting();
  if (event.data === 'leave') {
    leaving = true;
    stop();
  }
  if (event.data === 'claim') event.waitUntil(clients.claim());
});
