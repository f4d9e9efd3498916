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
  if (!site) return console.warn('Deskbell: no data-site.');

  const { sites = new Map(), named = new Map(), bus = new EventTarget(), q: calls = [] } = own(window.Deskbell);
  if (sites.has(site)) return console.warn(`Deskbell: ${site} is here already`);
  const command = (name, ...more) => {
    const listen = { on: 'addEventListener', off: 'removeEventListener' }[name];
    if (listen) return bus[listen](...more);
    // A site's key is the only text among them.
    const at = more.find((it) => it?.trim);
    // For sites whose script comes later, too; the newest last.
    if (name === 'identify') {
      named.delete(at);
      named.set(at, more[0]);
    }
    sites.forEach((desk, key) => (at ?? key) === key && desk[name]?.(...more));
  };
  window.Deskbell = Object.assign(command, { sites, named, bus });
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
    failed: 'The chat did not load. You can still reach a person:',
    contact: 'Write to a person',
  };

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const button = (className, onclick, ...children) => make('button', { className, onclick, onfocus: prepare }, ...children);

  let frame,
    // The frame's own script runs and can ring.
    up,
    // The widget is there.
    ready,
    // Since the frame was last up.
    failed,
    // A person was, past the frame.
    called,
    // That is being tried: nobody may be called through the frame meanwhile.
    past,
    // Id of the ring that nobody has taken over yet.
    ring,
    // Promises what panel.js gives.
    extra,
    // Who the customer is, as the page says; null once it says that nobody is known any more.
    who,
    timer,
    late,
    open = false,
    // Of the conversation.
    state,
    unread = 0,
    tries = 0;

  // Developer tools have the function that asks for a file parsed again, to name the line: a small one.
  const get = (path) => import(origin + path);
  const prepare = () => (extra ??= get(`{{asset:panel.js}}?${tries++}`).then((panel) => panel.default(kit)).catch(() => (extra = null)));
  const label = make('span');
  const badge = make('b');
  const status = make('div', { role: 'status' });
  const cry = make('span');
  const bell = button('bell', () => call(), make('i'), cry);
  const launcher = button('launcher', () => (launcher.focus(), open ? hide() : show()), make('i'), label, badge);
  const desk = make('section', { onpointerenter: prepare }, status, make('div', { className: 'dock' }, bell, launcher));
  const host = make('deskbell-chat', { onkeydown: ({ key }) => void (key === 'Escape' && open && hide()) });
  const root = host.attachShadow({ mode: 'open' });
  root.append(desk);

  // A constructed sheet works under style-src 'none'. Icons are cut out of a border: cheaper at the start than SVG, and
  // visible where colours are forced.
  const style = (css) => {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets.push(sheet);
    } catch {
      root.append(make('style', { textContent: css }));
    }
  };
  style(`
:host { all: initial !important; display: contents !important }
section { --accent: #1f5a45; --on-accent: #fff; --bell: #e2b454; --on-bell: #2a1d05; --paper: #faf6ec; --ink: #18241e; --focus: #0e5fa8;
  position: fixed; z-index: var(--z); inset-inline-end: var(--x); bottom: var(--y);
  display: flex; flex-direction: column-reverse; align-items: end; gap: 8px; max-width: calc(100vw - var(--x) - 8px);
  font: 14px/1.4 system-ui, sans-serif; color: var(--ink); color-scheme: light dark }
@media (prefers-color-scheme: dark) { section {
  --accent: #86cfae; --on-accent: #000; --paper: #121915; --ink: #efe9da; --focus: #8cc4ff } }
.dock { display: flex; flex-wrap: wrap; justify-content: end; gap: 8px }
button, a { position: relative; display: flex; align-items: center; gap: 6px; min-height: 46px; padding: 8px 14px;
  font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent);
  box-sizing: border-box; overflow-wrap: anywhere; border: 1px solid transparent; border-radius: 23px; box-shadow: 0 4px 16px #0004; cursor: pointer }
.bell { color: var(--on-bell); background: var(--bell); border-color: #8a6418 }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; box-shadow: 0 0 0 2px var(--paper) }
i { border: 10px solid; clip-path: path("M2 3h16v11h-7l-5 4v-4H2z") }
.bell i { clip-path: path("M9 3h2v4H9zM2 14a8 8 0 0 1 16 0zM2 15h16v2H2z") }
[role] { position: absolute; clip-path: inset(50%) }
[hidden], b:empty { display: none !important }
@media print { section { display: none } }`);

  const set = (name, value) => desk.style.setProperty(name, value);
  const [x, y = x] = (offset ?? '16').split(' ').map((pixels) => parseFloat(pixels) || 0);
  const inset = (pixels, from) => `calc(clamp(0px, ${pixels}px, 40vmin) + env(safe-area-inset-${from}))`;
  // Everything is at the end of its line; on the left side lines run to the left.
  const left = side === 'left';
  desk.dir = left ? 'rtl' : 'ltr';
  desk.style = `--x: ${inset(x, left ? side : 'right')}; --y: ${inset(y, 'bottom')}; --z: ${Math.max(1, zIndex | 0 || 9999)}`;
  // White or black on it, whichever contrasts.
  const paint = (name, colour) => {
    const lab = (parts) => `lab(from ${colour} ${parts} / 1)`;
    // Lightness 49.4 is luminance 0.179, which has 4.58:1 to both.
    const on = lab('calc((49.4 - l) * 9999) 0 0');
    // The text's own colour would hide the text.
    if (colour && !/current/i.test(colour) && CSS.supports('color', on)) {
      set(`--${name}`, lab('l a b'));
      set(`--on-${name}`, on);
    }
  };
  paint('accent', accent);
  paint('bell', tint);

  let panel, card, said, contact;
  // What an open chat needs besides, once somebody reaches for it.
  const furnish = () => {
    style(`
.panel { position: relative; width: 400px; height: 640px; min-height: 0; background: var(--paper) }
iframe { position: absolute; width: 100%; height: 100%; border: 0 }`);
    said = make('div');
    contact = make('a', { href: `${origin}/contact/${site}`, target: '_blank' });
    kit.card = card = make('div', { className: 'card' }, said, contact);
    panel = make('div', { hidden: true }, card);
    desk.append(panel);
  };
  const draw = () => {
    kit.drawn?.(open && up && !failed);
    const told = up || !frame ? '' : kit.tell?.(failed) ?? (failed && words.failed);
    const news = open || !unread ? '' : words.unread?.replace('{count}', unread);
    host.lang = words.lang;
    bell.dir = launcher.dir = words.dir;
    desk.ariaLabel = words.region;
    cry.textContent = words.bell;
    desk.className = open ? 'open' : '';
    launcher.ariaExpanded = open;
    label.textContent = open ? words.close : words[state] ?? (text?.trim().slice(0, 60) || words.chat);
    badge.textContent = news;
    status.textContent = open ? told : news;
    if (!frame) return;
    card.dir = words.dir;
    contact.textContent = words.contact;
    panel.hidden = !open;
    panel.className = `panel ${failed && 'failed'}`;
    card.hidden = up;
    frame.hidden = !up;
    said.textContent = told;
  };
  const within = (time, then = fail) => {
    clearTimeout(timer);
    if (!leaving.signal.aborted) timer = setTimeout(then, time);
  };
  const post = (deskbell, more) => up && frame.contentWindow.postMessage({ deskbell, who, ...more }, origin);
  const load = () => {
    past = up = ready = false;
    panel || furnish();
    frame?.remove();
    frame = make('iframe', {
      title: words.chat,
      // No query, no fragment: they may be private.
      src: `${origin}/widget?${new URLSearchParams({ site, page: location.href.split(/[?#]/)[0], language: tag })}`,
      // A blocked frame is "loaded", too.
      onload: () => up || within(1000),
    });
    // Once each, however often this is.
    on(window, 'message', heard);
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
    const lost = (past = !called && ring);
    // Past the frame first; through it again when that has failed, or takes too long. At once they would call two people.
    if (lost) {
      frame.remove();
      within(20000, load);
    }
    prepare().then(async (help) => {
      const done = await help?.(lost);
      // Whoever rang has gone, or the frame has it.
      if (lost && ring !== lost) return;
      past = false;
      called = (failed && done) || called;
      if (called) clearTimeout(timer);
      else if (lost && failed) within(done ?? 1000 << Math.min(tries++, 6), load);
      draw();
    });
    draw();
  };
  const again = () => failed && !called && !past && load();
  const retry = () => ring && again();
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
    prepare();
    frame ? again() : load();
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
  // Kept for the shop's next page, too.
  const keep = (value) => {
    try {
      if (value) localStorage[`deskbell:${site}`] = value;
      return localStorage[`deskbell:${site}`];
    } catch {}
  };
  const call = () => {
    if (called) ring = called = undefined;
    ring ??= crypto.getRandomValues(new Uint32Array(4)).join('-');
    keep(who ? `${ring} ${who.token || who.email}` : ring);
    emit('bell');
    show();
    pass();
  };

  // The frame is loaded again.
  const anew = () => {
    up = ready = false;
    within(8000);
    draw();
  };
  const hear = {
    boot({ contact }) {
      kit.contact = contact;
      up = true;
      failed = tries = 0;
      clearTimeout(timer);
      post('who');
      pass();
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
    close: hide,
    // The frame loads itself again, for another customer.
    leaving: anew,
    unread({ count }) {
      unread = open ? 0 : count;
      emit('unread', { count });
    },
    state(message) {
      state = message.state;
      emit('state', { state });
    },
  };
  const leaving = new AbortController();
  const on = (target, type, listener) => target.addEventListener(type, listener, own({ signal: leaving.signal }));
  const kit = {
    site, origin, tag, root, words, hear, make, style, on, post, draw, greet, hide, furnish,
    keep,
    load(id) {
      ring ??= id;
      frame ? pass() : load();
    },
    now: () => [open, ring, state, who, called, ready],
    // What was on its way for a customer who has gone.
    forget() {
      past = called = ring = state = undefined;
      unread = 0;
      draw();
    },
  };
  const heard = ({ source, origin: from, data }) => {
    const what = data?.deskbell;
    // What a frame still says that is about to go counts no more.
    if (source && source === frame.contentWindow && from === origin && (up || what === 'boot')) {
      hear[what]?.(data);
      draw();
    }
  };

  // Beside the body, to outlive one that is replaced.
  const attach = () => {
    if (host.isConnected || !document.body) return;
    // First drawn, then shown.
    frame ? anew() : draw();
    document.documentElement.append(host);
  };
  const watcher = new MutationObserver(attach);
  const start = () => {
    clearTimeout(late);
    if (leaving.signal.aborted || host.isConnected) return draw();
    watcher.observe(document, { childList: true });
    watcher.observe(document.documentElement, { childList: true });
    attach();
    // The first look into storage may halt a page for a while. Where it is blocked, nobody is known to wait for a person.
    (window.requestIdleCallback ?? setTimeout)(() => leaving.signal.aborted || keep() && prepare());
  };
  sites.set(site, {
    open: show,
    close: hide,
    bell: call,
    identify(person) {
      // Texts alone: whatever else a page has in there must not stop a message.
      who = person ? { token: `${person.token ?? ''}`, name: `${person.name ?? ''}`, email: `${person.email ?? ''}` } : null;
      kit.meet?.(who);
      post('who');
    },
    destroy() {
      leaving.abort();
      watcher.disconnect();
      clearTimeout(timer);
      kit.drawn?.();
      host.remove();
      sites.delete(site);
    },
  });
  named.forEach((person, at) => (at ?? site) === site && sites.get(site).identify(person));
  if (tag.toLowerCase().startsWith('en')) start();
  else {
    // Words that are late take their place when they come.
    late = setTimeout(start, 1000);
    get(`/loader/${tag}.js`).then((file) => Object.assign(words, file.default)).catch(() => {}).then(start);
  }
  calls.forEach((waiting) => command(...waiting));
})();
