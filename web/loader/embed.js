//# allFunctionsCalledOnLoad
// (Chromium reads that: it compiles off the page's main thread then.)
// Deskbell loader: settings, commands, events and messages are described in embed.d.ts
(() => {
  const script = document.currentScript ?? document.querySelector('script[data-site][src*="/embed.js"]');
  // Pages put all sorts of things on Object.prototype, from where `dataset` and options would have them.
  const own = (it) => ({ __proto__: null, ...it });
  const [site, side, offset, zIndex, text, accent, tint, language] = 'site side offset z-index launcher accent bell language'
    .split(' ')
    .map((name) => script?.getAttribute(`data-${name}`));
  if (!site) return console.warn('Deskbell: no data-site="KEY".');

  const { sites = new Map(), bus = new EventTarget(), q: calls = [] } = own(window.Deskbell);
  if (sites.has(site)) return console.warn(`Deskbell: ${site} is here already.`);
  const command = (name, ...more) => {
    const listen = { on: 'addEventListener', off: 'removeEventListener' }[name];
    if (listen) return bus[listen](...more);
    // A site's key is the only text among them.
    const at = more.find((it) => it?.trim);
    sites.forEach((desk, key) => (at ?? key) === key && desk[name]?.(...more));
  };
  window.Deskbell = Object.assign(command, { sites, bus });
  const emit = (type, detail) => bus.dispatchEvent(new CustomEvent(type, own({ detail: { ...detail, site } })));

  // Without `URL`, which the browser would have to set up first.
  const origin = script.src.split('/', 3).join('/');
  const tag = language || document.documentElement.lang || navigator.language;
  const words = {
    lang: 'en',
    dir: 'ltr',
    region: 'Chat and help',
    chat: 'Chat with us',
    close: 'Close chat',
    bell: 'Talk to a human',
    waiting: 'Waiting for a person',
    personIsHere: 'A person is here',
    unread: '{count} new',
    frame: 'Chat with {shop}',
    loading: 'The chat is loading…',
    calling: 'Calling a person…',
    failed: 'The chat did not load. You can still reach a person:',
    contact: 'Write to a person',
  };

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  // Cut out of a border: cheaper at the start than SVG, and visible where colours are forced.
  const shape = (icon, d) => (icon.style.clipPath = `path("${d}")`);
  const button = (className, onclick, ...children) => make('button', { type: 'button', className, onclick }, ...children);

  let frame;
  // The frame's own script runs and can ring.
  let up;
  // The widget is there.
  let ready;
  // Since the frame was last up.
  let failed;
  // A person was, past the frame.
  let called;
  // Id of the ring that nobody has taken over yet.
  let ring;
  // Promises what panel.js gives.
  let extra;
  // Who the customer is, as the page says; null once it says that nobody is known any more.
  let who;
  let tries = 0;
  let timer;
  let open = false;
  let unread = 0;
  // Of the conversation.
  let state;

  const label = make('span');
  const badge = make('b');
  const status = make('div', { className: 'status', role: 'status' });
  const said = make('div');
  const contact = make('a', { href: `${origin}/contact/${site}`, target: '_blank' });
  const card = make('div', { className: 'card' }, said, contact);
  const cry = make('span');
  const sign = make('i');
  const dome = make('i');
  shape(dome, 'M9 3h2v4H9zM2 14a8 8 0 0 1 16 0zM2 15h16v2H2z');
  const bell = button('bell', () => call(), dome, cry);
  const launcher = button('launcher', () => (launcher.focus(), open ? hide() : show()), sign, label, badge);
  const panel = make('div', {}, card);
  const desk = make('section', {}, status, make('div', { className: 'dock' }, bell, launcher), panel);
  const host = make('deskbell-chat');
  const root = host.attachShadow({ mode: 'open' });
  root.append(desk);

  // A constructed sheet works under style-src 'none'.
  const style = (css) => {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    } catch {
      root.append(make('style', { textContent: css }));
    }
  };
  style(`
:host { all: initial !important; display: contents !important }
* { box-sizing: border-box }
section { --accent: #1f5a45; --on-accent: #fff; --bell: #e2b454; --on-bell: #2a1d05; --paper: #faf6ec; --ink: #18241e; --line: #ded5c2; --focus: #0e5fa8;
  position: fixed; z-index: var(--z); inset-inline-end: var(--x); bottom: var(--y);
  display: flex; flex-direction: column-reverse; align-items: end; gap: 8px; max-width: calc(100vw - var(--x) - 8px); max-height: calc(100dvh - var(--y) - 16px);
  font: 14px/1.4 system-ui, sans-serif; color: var(--ink); color-scheme: light dark }
@media (prefers-color-scheme: dark) { section {
  --accent: #86cfae; --on-accent: #000; --paper: #121915; --ink: #efe9da; --line: #303c34; --focus: #8cc4ff } }
.dock { display: flex; flex-wrap: wrap; justify-content: end; gap: 8px }
button, a { position: relative; display: flex; align-items: center; gap: 6px; min-height: 46px; padding: 8px 14px;
  font: inherit; font-weight: 600; text-decoration: none; color: var(--on-accent); background: var(--accent);
  border: 1px solid transparent; border-radius: 23px; box-shadow: 0 4px 16px #0004; cursor: pointer }
.bell { color: var(--on-bell); background: var(--bell); border-color: #8a6418 }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; box-shadow: 0 0 0 2px var(--paper) }
i { border: 10px solid }
.status { position: absolute; clip-path: inset(50%) }
.panel { position: relative; width: 400px; height: 640px; min-height: 0; overflow: hidden; background: var(--paper); border: 1px solid var(--line) }
iframe { position: absolute; width: 100%; height: 100%; border: 0 }
[hidden], .up .card, .panel:not(.up) iframe, b:empty { display: none }
@media print { section { display: none } }`);

  const set = (name, value) => desk.style.setProperty(name, value);
  const [x, y = x] = (offset ?? '16').split(' ').map((pixels) => parseFloat(pixels) || 0);
  const inset = (pixels, from) => `calc(clamp(0px, ${pixels}px, 40vmin) + env(safe-area-inset-${from}))`;
  // Everything is at the end of its line; on the left side lines run to the left.
  const left = side === 'left';
  desk.dir = left ? 'rtl' : 'ltr';
  set('--x', inset(x, left ? side : 'right'));
  set('--y', inset(y, 'bottom'));
  set('--z', Math.max(1, zIndex | 0 || 9999));
  // White or black on it, whichever contrasts.
  const paint = (name, colour) => {
    const tip = (white) => `clamp(0, (.179 - y) * 9999, ${white})`;
    const on = `color(from ${colour} xyz ${tip(0.95)} ${tip(1)} ${tip(1.089)} / 1)`;
    if (colour && CSS.supports('color', on)) {
      set(`--${name}`, colour);
      set(`--on-${name}`, on);
    }
  };
  paint('accent', accent);
  paint('bell', tint);

  const draw = () => {
    host.lang = words.lang;
    for (const element of [bell, launcher, card]) element.dir = words.dir;
    desk.ariaLabel = words.region;
    cry.textContent = words.bell;
    contact.textContent = words.contact;
    desk.className = open ? 'open' : '';
    panel.hidden = !open;
    panel.className = `panel ${up ? 'up' : failed && 'failed'}`;
    launcher.ariaExpanded = open;
    shape(sign, open ? 'M5 3.6l5 5 5-5L16.4 5l-5 5 5 5-1.4 1.4-5-5-5 5L3.6 15l5-5-5-5z' : 'M2 3h16v11h-7l-5 4v-4H2z');
    label.textContent = open ? words.close : words[state === 'with_agent' ? 'personIsHere' : state] ?? (text?.trim() || words.chat);
    badge.textContent = open || !unread ? '' : words.unread.replace('{count}', unread);
    said.textContent = up || !frame ? '' : failed ? (called ? words.called : ring && words.callKept) || words.failed : ring ? words.calling : words.loading;
    status.textContent = open ? said.textContent : badge.textContent;
  };
  const within = (time, then = fail) => {
    clearTimeout(timer);
    timer = setTimeout(then, time);
  };
  const post = (deskbell, more) => up && frame.contentWindow.postMessage({ deskbell, who, ...more }, origin);
  const load = () => {
    up = ready = false;
    frame?.remove();
    frame = make('iframe', {
      title: words.frame.replace('{shop}', document.querySelector('meta[property="og:site_name"]')?.content ?? location.host),
      // No query, no fragment: they may be private.
      src: `${origin}/widget?${new URLSearchParams({ site, page: location.href.split(/[?#]/)[0], language: tag })}`,
      // A blocked frame is "loaded", too.
      onload: () => up || within(1000),
    });
    // Once each, however often this is.
    on(window, 'message', receive);
    on(window, 'online', retry);
    on(document, 'visibilitychange', retry);
    panel.append(frame);
    within(8000);
    draw();
  };
  const fail = () => {
    up = false;
    if (!failed) emit('failed');
    failed = true;
    const lost = !called && ring;
    // Past the frame first; through it again when that has failed, or takes too long. At once they would call two people.
    if (lost) {
      frame.remove();
      within(20000, load);
    }
    prepare().then(async (help) => {
      called = (failed && (await help?.(lost))) || called;
      if (called) clearTimeout(timer);
      else if (lost && failed) within(1000 << Math.min(tries++, 6), load);
      draw();
    });
    draw();
  };
  const retry = () => failed && !called && ring && load();
  const prepare = () => (extra ??= import(`${origin}{{asset:panel.js}}?${tries++}`).then((panel) => panel.default(kit)).catch(() => { extra = undefined; }));
  // Focus moves for who is still at the launcher.
  const greet = () => {
    const focus = root.activeElement === launcher && Math.min(innerWidth, innerHeight) >= 480;
    post('shown', { focus });
    if (focus && ready) frame.focus();
  };
  const show = () => {
    if (!open) emit('open');
    open = true;
    unread = 0;
    if (!frame || (failed && !called)) load();
    draw();
    greet();
  };
  const hide = () => {
    if (open) emit('close');
    if (root.activeElement) launcher.focus();
    open = false;
    draw();
    post('hidden');
  };
  const pass = () => {
    // What was done past the frame is not done again.
    if (!ring || !up || called) return;
    post('ring', { write: ring });
    within(8000);
  };
  const call = () => {
    if (called) ring = called = undefined;
    ring ??= crypto.getRandomValues(new Uint32Array(4)).join('-');
    emit('bell');
    show();
    pass();
  };

  const hear = {
    boot({ contact }) {
      kit.contact = contact;
      up = true;
      failed = tries = 0;
      clearTimeout(timer);
      post('who');
      pass();
      draw();
    },
    ready() {
      ready = true;
      hear.boot(kit);
      emit('ready');
      if (open) greet();
    },
    rung({ write }) {
      if (write === ring) ring = undefined;
      clearTimeout(timer);
    },
    failed() {
      failed = true;
      emit('failed');
    },
    close: () => hide(),
    // The frame loads itself again, for another customer.
    leaving: () => anew(),
    unread({ count }) {
      unread = open ? 0 : count;
      emit('unread', { count });
      draw();
    },
    state(message) {
      state = message.state;
      emit('state', { state });
      draw();
    },
  };
  const leaving = new AbortController();
  const on = (target, type, listener) => target.addEventListener(type, listener, own({ signal: leaving.signal }));
  const kit = { site, bus, origin, tag, host, card, words, make, style, set, on, post, hide, load: () => frame || load(), now: () => [open, ring, state] };
  const receive = ({ source, origin: from, data }) => source && source === frame.contentWindow && from === origin && hear[data?.deskbell]?.(data);
  on(host, 'keydown', ({ key }) => key === 'Escape' && open && hide());
  on(desk, 'pointerenter', prepare);
  on(desk, 'focusin', prepare);

  // The frame is loaded again, if there is one.
  const anew = () => {
    up = ready = false;
    if (frame) within(8000);
    draw();
  };
  // Beside the body, to outlive one that is replaced.
  const attach = () => {
    if (host.isConnected || !document.body) return;
    document.documentElement.append(host);
    anew();
  };
  const watcher = new MutationObserver(attach);
  const start = () => {
    if (leaving.signal.aborted || host.isConnected) return;
    for (const parent of [document, document.documentElement]) watcher.observe(parent, { childList: true });
    attach();
    // The first look into storage may halt a page for a while. Where it is blocked, nobody is known to wait for a person.
    (window.requestIdleCallback ?? setTimeout)(() => {
      try {
        localStorage[`deskbell:${site}`] && prepare();
      } catch {}
    });
  };
  sites.set(site, {
    open: show,
    close: hide,
    bell: call,
    identify(person) {
      // Texts alone: whatever else a page has in there must not stop a message.
      who = person ? { name: `${person.name ?? ''}`, email: `${person.email ?? ''}` } : null;
      post('who');
    },
    destroy() {
      leaving.abort();
      watcher.disconnect();
      clearTimeout(timer);
      host.remove();
      sites.delete(site);
    },
  });
  if (/^en\b/i.test(tag)) start();
  else {
    // Words that are late take their place when they come.
    setTimeout(start, 1000);
    // Out of a small function: developer tools have the function that asks for a file parsed again, to name the line.
    Promise.resolve().then(() => import(`${origin}/loader/${tag}.js`)).then((file) => Object.assign(words, file.default)).catch(() => {}).then(start).then(draw);
  }
  for (const waiting of calls) command(...waiting);
})();
