// Starts the widget. Needs no WebAssembly itself, so that there is a way to a person when that is missing or late.
import { bellOf, keyOf } from '{{asset:ring.js}}';
import { speak } from '{{asset:words.js}}';

const element = (id) => document.getElementById(id);
const query = Object.fromEntries(new URLSearchParams(location.search));
const { phone, email } = document.body.dataset;

const tell = (deskbell, more) => parent !== window && parent.postMessage({ deskbell, ...more }, '*');

/** Shows exactly these of the shell's sentences. */
const say = (...ids) => {
  for (const sentence of element('said').children) sentence.hidden = !ids.includes(sentence.id);
};
let failed = false; // the widget, for good
let news; // of the bell, once it was rung
const draw = () => {
  const others = (failed || news === 'kept') && (phone || email) && 'others';
  if (failed) say('failed', news === 'called' ? 'failedCalled' : news, 'nextStep', others);
  else say(news ?? 'loading', others);
};
const isUp = () => !element('app').hidden;

const bell = query.site && bellOf(query, isUp, (what, state) => {
  news = what === 'refused' ? undefined : what;
  draw();
  if (state) tell('state', { state });
});

/** Rings, unless only the chat can: then it is for the chat when it comes, or for us when it does not. */
let left;
const ring = (write) => {
  left = bell?.ring(write, failed) ? undefined : write;
  if (!left) tell('rung', { write });
};

/** Whether the bell before the chat rings, through the loader; else it leads to the page that needs nothing special. */
const offerRing = (rings) => {
  element('ring').hidden = !rings;
  element('bell').hidden = rings || !bell;
};

const fail = () => {
  failed = true;
  offerRing(false);
  element('app').hidden = true;
  element('shell').hidden = false;
  draw();
  tell('failed');
  if (left) ring(left);
  bell?.resume();
};

if (bell) {
  element('bell').href = `/contact/${encodeURIComponent(query.site)}?${new URLSearchParams({ language: query.language ?? '' })}`;
  offerRing(false);
}
element('ring').addEventListener('click', () => tell('call'));
for (const [id, kind, way] of [['phone', 'tel', phone?.replaceAll(' ', '')], ['email', 'mailto', email]]) {
  if (!way) continue;
  element(id).href = `${kind}:${way}`;
  element(id).textContent = document.body.dataset[id];
  element(id).dir = 'ltr';
}
draw();

/** Starts anew for whoever comes next. What this document still hears is for the next one. */
let leaving = false;
const leave = () => {
  leaving = true;
  news = undefined;
  element('app').hidden = true;
  element('shell').hidden = false;
  draw();
  tell('leaving');
  location.reload();
};

addEventListener('message', (event) => {
  // A ring comes again then: nobody has taken it.
  if (leaving) return event.stopImmediatePropagation();
  const { source, data } = event;
  if (source !== parent || !data?.deskbell) return;
  const { deskbell, write, who } = data;
  if (deskbell === 'check') {
    // While the customer sees a bell that rings, the loader shows none of its own.
    event.stopImmediatePropagation();
    if (failed || !bell) return;
    if (!isUp()) offerRing(true);
    const bells = [...document.querySelectorAll('button.bell')];
    if (bells.some((it) => it.getClientRects().length)) tell('bell');
    return;
  }
  if (who !== undefined) {
    // The frame's name outlives its being loaded again, when the page says the same again.
    const said = `${who?.name}\n${who?.email}\n${keyOf(who)}`;
    const met = bell?.meet(who, said !== window.name);
    window.name = said;
    if (met) globalThis.customer = who;
    if (who && !who.name && !who.email && !who.token) console.warn('Deskbell: identify: a name or an e-mail address is needed');
    if (met === 'gone') {
      tell('unread', { count: 0 });
      tell('state', { state: 'bot' });
      if (isUp()) {
        // The next customer gets a chat of their own.
        event.stopImmediatePropagation();
        return leave();
      }
      news = left = undefined;
      draw();
    }
  }
  if (deskbell === 'ring' && !isUp() && /^[\w-]{16,64}$/.test(write)) ring(write);
});
// Tabs share one chat.
addEventListener('storage', ({ key }) => {
  // Another one has forgotten the customer, or knows the next one by another secret.
  if (key === `deskbell:${query.site}:token` && isUp()) leave();
  // Another one has begun the conversation, or has forgotten it.
  if (key === `deskbell:${query.site}:conversation`) dispatchEvent(new Event('deskbell-begun'));
});
addEventListener('keydown', ({ key }) => key === 'Escape' && !element('shell').hidden && tell('close'));
// The widget gave up, or WebAssembly was stopped without a word (out of memory, say).
addEventListener('deskbell-failed', fail);
// The server knows the conversation as another customer's: nothing that is kept here is this one's.
addEventListener('deskbell-other', () => {
  bell.forget();
  window.name = '';
  leave();
});
const stopped = (error) => error instanceof WebAssembly.RuntimeError && fail();
addEventListener('error', ({ error }) => stopped(error));
addEventListener('unhandledrejection', ({ reason }) => stopped(reason));

// Who was at the one bell is at the other when the chat takes its place.
new MutationObserver(() => {
  if (isUp() && document.activeElement === element('ring')) document.querySelector('#app .bell')?.focus();
}).observe(element('app'), { attributes: true });

tell('boot', { contact: { phone, email } });
bell?.resume();

try {
  const [{ default: start }] = await Promise.all([import('{{asset:widget.js}}'), speak()]);
  await start({ module_or_path: '{{asset:widget_bg.wasm}}' });
} catch (error) {
  console.warn('Deskbell: the chat did not start.', error);
  fail();
}
