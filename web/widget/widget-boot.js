// Starts the widget. Needs no WebAssembly itself, so that there is a way to a person when that is missing.
const element = (id) => document.getElementById(id);
const site = new URLSearchParams(location.search).get('site');

const tell = (deskbell) => parent !== window && parent.postMessage({ deskbell }, '*');

const fail = () => {
  element('app').hidden = true;
  element('shell').hidden = false;
  element('loading').hidden = true;
  element('failed').hidden = false;
  tell('failed');
};

if (site) {
  element('bell').href = `/contact/${encodeURIComponent(site)}`;
  element('bell').hidden = false;
}
element('loading').hidden = false;

addEventListener('keydown', ({ key }) => key === 'Escape' && !element('shell').hidden && tell('close'));
// The widget gave up, or WebAssembly was stopped without a word (out of memory, say).
addEventListener('deskbell-failed', fail);
const stopped = (error) => error instanceof WebAssembly.RuntimeError && fail();
addEventListener('error', ({ error }) => stopped(error));
addEventListener('unhandledrejection', ({ reason }) => stopped(reason));

try {
  const { default: start } = await import('{{asset:widget.js}}');
  await start({ module_or_path: '{{asset:widget_bg.wasm}}' });
} catch (error) {
  console.warn('Deskbell: the chat did not start.', error);
  fail();
}
