// The page around the shop and the console: starts the service worker, shows both sides and what the device read.
const element = (id) => document.getElementById(id);
const base = new URL('.', location.href).pathname;
const channel = new BroadcastChannel(`deskbell-demo:${base}`);

const make = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

// ---- Both sides.

const frames = [
  ['customer', 'shop.html', 'The shop, where you are the customer'],
  ['agent', 'console', 'The console, where you are the agent'],
];

/** The console asks who is signed in only where somebody has been, and whoever opens this page is. */
function signIn() {
  try {
    localStorage.setItem('deskbell-console:session', '1');
  } catch {
    // Without storage the console asks anyway.
  }
}

function showSides() {
  for (const [side, src, title] of frames) {
    const frame = make('iframe', { src, title });
    if (side === 'customer') frame.onload = () => frame.contentWindow.Deskbell?.('open');
    element(side).querySelector('iframe')?.remove();
    element(side).append(frame);
    element(side).hidden = false;
  }
  element('curtain').hidden = true;
  element('sides').hidden = false;
  element('over').disabled = false;
}

/** What the widget and the console keep of this shop on this device. */
function forgetSides() {
  for (const [side] of frames) element(side).querySelector('iframe')?.remove();
  try {
    const ours = Object.keys(localStorage).filter((key) => /^deskbell(:demo:|-console:)/.test(key));
    for (const key of ours) localStorage.removeItem(key);
  } catch {
    // Storage is blocked, so there is nothing in it.
  }
}

element('over').addEventListener('click', async () => {
  element('over').disabled = true;
  forgetSides();
  const done = await fetch('v1/demo', { method: 'DELETE' }).catch(() => undefined);
  element('standing').textContent = done?.ok ? 'Everything is forgotten.' : 'That did not work. Please try again.';
  await showNews();
  signIn();
  showSides();
});

// ---- What the device read.

const words = (id) => id.replaceAll('_', ' ');
const percent = (share) => `${Math.round(share * 100)} %`;

const reasons = {
  routine: 'a routine question, recognised with confidence',
  unsure: 'the model is not sure what is wanted',
  out_of_scope: 'this is about something the assistant does not know',
  not_helped: 'the same question again, or the answer before did not help',
  no_answer: 'recognised, but the shop has no answer to it',
  asked_for_human: 'the message asks for a person',
  sensitive: 'this is never for an assistant to decide',
  angry: 'the customer is angry',
  out_of_scope_twice: 'twice something the assistant does not know',
  bot_did_not_help: 'the answers did not help twice',
};
const decisions = {
  bot: 'The assistant answers',
  offer_human: 'The assistant answers and offers a person',
  escalate: 'A person is called, and the assistant is silent',
};

function decisionOf({ triage, outcome }) {
  if (triage) return { what: decisions[triage.decision] ?? words(triage.decision), why: reasons[triage.reason] ?? words(triage.reason) };
  const why = 'the message was sent before the model could read it, and nobody guesses';
  return { what: decisions[outcome === 'offered' ? 'offer_human' : 'escalate'], why };
}

function score(name, share) {
  const meter = make('meter', { value: share, max: 1, ariaLabel: name });
  return make('div', {}, make('dt', {}, name), make('dd', {}, meter), make('dd', { className: 'figure' }, percent(share)));
}

function showLatest(message) {
  const { triage, text } = message;
  element('text').textContent = text;
  const scores = [];
  if (triage) {
    scores.push(score(`Wants: ${words(triage.intent)}`, triage.confidence));
    for (const [feeling, share] of Object.entries(triage.sentiment_scores)) scores.push(score(`Feels ${feeling}`, share));
  }
  element('scores').replaceChildren(...scores);
  const { what, why } = decisionOf(message);
  const time = triage ? `Read on this device in ${triage.millis < 1 ? 'less than 1' : Math.round(triage.millis)} ms.` : '';
  element('decision').replaceChildren(make('strong', {}, what), `because: ${why}.`, make('small', {}, time));
}

function showEarlier(messages) {
  element('earlier').hidden = !messages.length;
  const lines = messages.map((message) => {
    const { what, why } = decisionOf(message);
    const read = message.triage ? ` (${words(message.triage.intent)}, ${percent(message.triage.confidence)})` : '';
    return make('li', {}, make('q', {}, message.text), `${read}: ${what}, because ${why}.`);
  });
  element('list').replaceChildren(...lines);
}

/** Shows what is new; gives what the worker said, or nothing if it could not. */
async function showNews() {
  const answer = await fetch('v1/demo').catch(() => undefined);
  if (!answer?.ok) return undefined;
  const news = await answer.json();
  const [latest, ...earlier] = news.messages;
  element('agent-hint').textContent = news.signed_in
    ? 'at the console'
    : 'signs in as sam@demo.example with the password brass-desk-bell';
  element('empty').hidden = Boolean(latest);
  element('latest').hidden = !latest;
  if (latest) showLatest(latest);
  showEarlier(earlier);
  return news;
}

channel.addEventListener('message', ({ data }) => {
  if (data === 'changed') void showNews();
  else if (data.fetched) element('progress').value = data.fetched;
});

// ---- The service worker.

/** Resolves when the worker is in charge of this page; after a reload with the cache off it has to be asked to. */
async function inCharge(registration) {
  const worker = navigator.serviceWorker;
  if (worker.controller) return;
  const taken = new Promise((resolve) => worker.addEventListener('controllerchange', resolve, { once: true }));
  registration.active?.postMessage('claim');
  await taken;
}

/** Rejects when this version cannot be installed; a version that is there already stays in charge then. */
function installed(registration) {
  const { active, installing } = registration;
  if (active || !installing) return Promise.resolve();
  return new Promise((resolve, reject) => {
    installing.addEventListener('statechange', () => {
      if (installing.state === 'activated') resolve();
      if (installing.state === 'redundant') reject(new Error('Not all of its files could be fetched.'));
    });
  });
}

function offerUpdates(registration) {
  const offer = () => {
    element('update').hidden = !registration.waiting;
  };
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', offer);
  });
  offer();
  element('update').addEventListener('click', () => {
    // The old version stays as long as it is asked anything, and for half a minute if that is just when it wants to go.
    for (const side of document.querySelectorAll('iframe')) side.remove();
    registration.waiting?.postMessage('update');
    registration.active?.postMessage('leave');
    // Another tab may keep it all the same.
    setTimeout(() => location.reload(), 40_000);
  });
  // In every tab: the files of the old version are gone.
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
}

/** A worker that nobody asks anything for half a minute is stopped, and the open streams with it. */
function keepAwake() {
  setInterval(() => {
    if (document.visibilityState === 'visible') navigator.serviceWorker.controller?.postMessage('stay');
  }, 20_000);
}

function showNetwork() {
  const lines = { true: 'Ready. It works with the network off, too.', false: 'The network is off. Everything here still works.' };
  element('standing').textContent = lines[navigator.onLine];
}

async function begin() {
  element('unbuilt').hidden = true;
  element('failed').hidden = true;
  element('starting').hidden = false;
  try {
    if (!navigator.serviceWorker) {
      throw new Error('It needs a service worker: an address with https or on localhost, and no private window in some browsers.');
    }
    const registration = await navigator.serviceWorker.register('service-worker.js', { type: 'module', updateViaCache: 'none' });
    await installed(registration);
    await inCharge(registration);
    offerUpdates(registration);
  } catch (error) {
    console.warn('Deskbell: the demonstration did not start.', error);
    element('starting').hidden = true;
    element('why').textContent = error.message;
    element('failed').hidden = false;
    return;
  }
  element('starting').hidden = true;
  if ((await showNews())?.signed_in) signIn();
  showSides();
  showNetwork();
  for (const change of ['online', 'offline']) addEventListener(change, showNetwork);
  keepAwake();
}

element('again').addEventListener('click', begin);
await begin();
