import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

/** As much of a page as the package needs. */
class Script extends EventTarget {
  dataset = {};
  isConnected = false;
  remove() {
    this.isConnected = false;
  }
}
const scripts = [];
let count = 0;
let load;
let unload;

beforeEach(async () => {
  scripts.length = 0;
  globalThis.window = {};
  globalThis.document = {
    createElement: () => new Script(),
    head: {
      append(script) {
        script.isConnected = true;
        scripts.push(script);
      },
    },
  };
  // A module of its own for each test: it remembers what it loaded.
  ({ load, unload } = await import(`./index.js?${(count += 1)}`));
});
afterEach(() => {
  delete globalThis.window;
  delete globalThis.document;
});

const options = { src: 'https://desk.example/embed.js', site: 'demo' };

test('the script tag says what the options say', () => {
  load({ ...options, side: 'left', zIndex: 42, language: undefined, nonce: 'abc' });
  assert.equal(scripts.length, 1);
  assert.equal(scripts[0].src, options.src);
  assert.equal(scripts[0].async, true);
  assert.equal(scripts[0].nonce, 'abc');
  assert.deepEqual(scripts[0].dataset, { site: 'demo', side: 'left', zIndex: '42' });
});

test('a site is loaded once, another one as well', () => {
  load(options);
  load(options);
  load({ ...options, site: 'second' });
  assert.deepEqual(scripts.map(({ dataset }) => dataset.site), ['demo', 'second']);
});

test('calls wait for the loader, and go to it when it is there', () => {
  const deskbell = load(options);
  const listener = () => {};
  deskbell('on', 'unread', listener);
  deskbell('open');
  assert.deepEqual(window.Deskbell.q, [['on', 'unread', listener], ['open']]);
  const heard = [];
  window.Deskbell = (...call) => heard.push(call);
  deskbell('bell', 'demo');
  assert.deepEqual(heard, [['bell', 'demo']]);
});

test('a command function that is on the page already is kept', () => {
  const heard = [];
  const there = (...call) => heard.push(call);
  window.Deskbell = there;
  load(options)('open');
  assert.equal(window.Deskbell, there);
  assert.deepEqual(heard, [['open']]);
});

test('after unload the site can be loaded again', () => {
  load(options);
  unload('demo');
  assert.equal(scripts[0].isConnected, false);
  assert.deepEqual(window.Deskbell.q, [['destroy', 'demo']]);
  load(options);
  assert.equal(scripts.length, 2);
});

test('a loader that could not be fetched is tried again', () => {
  load(options);
  scripts[0].dispatchEvent(new Event('error'));
  assert.equal(scripts[0].isConnected, false);
  load(options);
  assert.equal(scripts.length, 2);
});

test('on a server nothing happens', () => {
  delete globalThis.document;
  delete globalThis.window;
  assert.doesNotThrow(() => load(options)('open'));
  assert.doesNotThrow(() => unload('demo'));
});

test('without an address or a key it says what is missing', () => {
  assert.throws(() => load({ site: 'demo' }), /address of embed.js/);
  assert.throws(() => load({ src: options.src }), /key of the site/);
});
