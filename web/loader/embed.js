// Deskbell loader: settings, commands and messages are described in embed.d.ts
(() => {
  const script = document.currentScript ?? document.querySelector('script[data-site][src*="/embed.js"]');
  const { site, side, offset = '16', zIndex, launcher: text = '', accent, language } = script?.dataset ?? {};
  if (!site) return console.warn('Deskbell: no chat, the script tag has no data-site="KEY". "deskbell site list" prints keys.');

  const { sites = new Map(), q: calls = [] } = window.Deskbell ?? {};
  if (sites.has(site)) return console.info(`Deskbell: ${site} is on this page already, the second script tag does nothing.`);
  const command = (name, key) => sites.forEach((desk, at) => (key ?? at) === at && desk[name]?.());
  window.Deskbell = Object.assign(command, { sites });

  const origin = new URL(script.src).origin;
  const narrow = '(max-width: 479px), (max-height: 479px)';
  const sheet = matchMedia(narrow);

  // A constructed sheet works under style-src 'none'.
  const styles = new CSSStyleSheet();
  styles.replaceSync(`
:host { all: initial !important; display: contents !important;
  --accent: #1f5a45; --on-accent: #fff; --paper: #faf6ec; --ink: #18241e; --line: #ded5c2; --focus: #0e5fa8 }
@media (prefers-color-scheme: dark) { :host {
  --accent: #86cfae; --on-accent: #000; --paper: #121915; --ink: #efe9da; --line: #303c34; --focus: #8cc4ff } }
* { box-sizing: border-box }
section { position: fixed; z-index: var(--z); right: var(--x); bottom: var(--y);
  display: flex; flex-direction: column-reverse; align-items: end; gap: 12px; max-width: calc(100vw - var(--x) - 8px); max-height: calc(100dvh - var(--y) - 16px);
  font: 14px/1.4 system-ui, sans-serif; color: var(--ink); color-scheme: light dark }
.left { right: auto; left: var(--x); align-items: start }
.left .dock { justify-content: start }
.dock { display: flex; flex-wrap: wrap; justify-content: end; gap: 8px }
button, .failed a { position: relative; display: flex; align-items: center; gap: 6px; min-height: 46px; padding: 8px 14px;
  font: inherit; font-weight: 600; text-decoration: none; color: var(--on-accent); background: var(--accent);
  border: 1px solid transparent; border-radius: 23px; box-shadow: 0 4px 16px #0004; cursor: pointer }
.bell { color: #2a1d05; background: #e2b454; border-color: #8a6418 }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; box-shadow: 0 0 0 2px var(--paper) }
svg { flex: none; width: 20px; fill: currentColor; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round }
b { position: absolute; top: -9px; right: 8px; padding: 0 7px; font-size: 12px; color: #fff; background: #9c2f22; border: 1px solid; border-radius: 9px }
.status { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.panel { position: relative; width: 400px; height: 640px; min-height: 0;
  overflow: hidden; background: var(--paper); border: 1px solid var(--line); border-radius: 16px; box-shadow: 0 4px 32px #0004 }
iframe { position: absolute; width: 100%; height: 100%; border: 0 }
.loading iframe, .failed iframe { visibility: hidden }
.card { display: grid; place-content: center; place-items: center; gap: 12px; height: 100%; padding: 24px; text-align: center }
.loading a { padding: 12px; color: inherit }
[hidden], .ready .card, b:empty { display: none }
@media ${narrow} {
  .open { inset: var(--top) 0 auto; height: var(--height); max-width: none; max-height: none; flex-direction: column; align-items: stretch; gap: 0; background: var(--paper);
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left) }
  .open .dock { justify-content: space-between; gap: 4px; padding: 4px; border-bottom: 1px solid var(--line) }
  .open .dock button { padding: 8px 10px; box-shadow: none }
  .panel { flex: 1; width: auto; border: 0; border-radius: 0; box-shadow: none }
}
@media print { section { display: none } }
@media (prefers-reduced-motion: no-preference) {
  .panel { animation: rise 0.2s }
  @keyframes rise { from { opacity: 0; translate: 0 12px } }
}`);

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const icon = (d = '') => {
    const [svg, path] = ['svg', 'path'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
    svg.setAttribute('viewBox', '0 0 24 24');
    path.setAttribute('d', d);
    svg.append(path);
    return svg;
  };
  const button = (className, onclick, ...children) => make('button', { type: 'button', className, onclick }, ...children);

  let frame;
  let phase; // of the frame: loading, ready or failed
  let timer;
  let ring; // id of the ring not yet taken over
  let open = false;
  let unread = 0;
  let state; // of the conversation

  const label = make('span');
  const badge = make('b');
  const status = make('div', { className: 'status', role: 'status' });
  const words = make('div');
  const contact = make('a', { href: `${origin}/contact/${site}`, target: '_blank', textContent: 'Write to a person' });
  const bell = button('bell', () => call(), icon('M12 4v3m-8 8a8 8 0 0 1 16 0zM3 19h18'), 'Talk to a human');
  const sign = icon();
  const launcher = button('launcher', () => (launcher.focus(), open ? hide() : show()), sign, label, badge);
  const panel = make('div', {}, make('div', { className: 'card' }, words, contact));
  const desk = make('section', { ariaLabel: 'Chat and help' }, status, make('div', { className: 'dock' }, bell, launcher), panel);
  const host = make('deskbell-chat', { lang: 'en' });
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [styles];
  root.append(desk);

  const set = (name, value) => desk.style.setProperty(name, value);
  const [x, y = x] = offset.split(' ').map((pixels) => parseFloat(pixels) || 0);
  const edge = side === 'left' ? side : 'right';
  const inset = (pixels, from) => `calc(clamp(0px, ${pixels}px, 40vmin) + env(safe-area-inset-${from}))`;
  set('--x', inset(x, edge));
  set('--y', inset(y, 'bottom'));
  set('--z', Math.max(1, zIndex | 0 || 9999));
  // White or black, whichever contrasts.
  const tip = (white) => `clamp(0, (.179 - y) * 9999, ${white})`;
  const onAccent = `color(from ${accent} xyz ${tip(0.95)} ${tip(1)} ${tip(1.089)} / 1)`;
  if (CSS.supports('color', onAccent)) {
    set('--accent', accent);
    set('--on-accent', onAccent);
  }

  const draw = () => {
    desk.className = `${edge} ${open && 'open'}`;
    panel.hidden = !open;
    panel.className = `panel ${phase}`;
    launcher.ariaExpanded = `${open}`;
    sign.firstChild.setAttribute('d', open ? 'M6 6l12 12M18 6 6 18' : 'M4 5h16v11h-8l-5 4v-4H4z');
    label.textContent = open ? 'Close chat' : { waiting: 'Waiting for a person', with_agent: 'A person is here' }[state] ?? (text.trim() || 'Chat with us');
    badge.textContent = open || !unread ? '' : `${unread} new`;
    words.textContent = {
      loading: ring ? 'Calling a person…' : 'The chat is loading…',
      failed: 'The chat did not load. You can still reach a person:',
    }[phase] ?? '';
    status.textContent = open ? words.textContent : badge.textContent;
  };
  const enter = (next) => {
    phase = next;
    clearTimeout(timer);
    if (phase === 'loading' || (phase === 'ready' && ring)) timer = setTimeout(enter, 8000, 'failed');
    draw();
  };
  const post = (deskbell, more) => phase === 'ready' && frame.contentWindow.postMessage({ deskbell, ...more }, origin);
  const load = () => {
    frame?.remove();
    frame = make('iframe', {
      title: `Chat with ${document.querySelector('meta[property="og:site_name"]')?.content ?? location.host}`,
      // No query, no fragment: they may be private.
      src: `${origin}/widget?${new URLSearchParams({
        site,
        page: location.href.split(/[?#]/)[0].slice(0, 2000),
        language: language || document.documentElement.lang || navigator.language,
      })}`,
      onerror: () => enter('failed'),
    });
    panel.append(frame);
    enter('loading');
  };
  // Focus moves for who is still at the launcher.
  const greet = () => {
    const focus = root.activeElement === launcher && !sheet.matches;
    post('shown', { focus });
    if (focus && phase === 'ready') frame.focus();
  };
  const show = () => {
    open = true;
    unread = 0;
    if (!frame || phase === 'failed') load();
    draw();
    greet();
  };
  const hide = () => {
    if (root.activeElement) launcher.focus();
    open = false;
    draw();
    post('hidden');
  };
  const call = () => {
    ring ??= crypto.getRandomValues(new Uint8Array(16)).reduce((id, byte) => id + (byte + 256).toString(16).slice(1), '');
    show();
    enter(phase);
    post('ring', { write: ring });
  };

  const hear = {
    ready() {
      enter('ready');
      if (open) greet();
      if (ring) post('ring', { write: ring });
    },
    rung({ write }) {
      if (write === ring) ring = undefined;
      enter('ready');
    },
    failed: () => enter('failed'),
    close: () => hide(),
    unread({ count }) {
      unread = open ? 0 : count;
      draw();
    },
    state(message) {
      state = message.state;
      draw();
    },
  };
  const leaving = new AbortController();
  const on = (target, type, listener) => target.addEventListener(type, listener, leaving);
  on(window, 'message', ({ source, origin: from, data }) => {
    if (frame && source === frame.contentWindow && from === origin) hear[data?.deskbell]?.(data);
  });
  on(host, 'keydown', ({ key }) => key === 'Escape' && open && hide());
  // The sheet steps aside when focus moves to the page behind it.
  on(document, 'focusin', ({ target }) => target !== host && open && sheet.matches && hide());
  // The sheet fits above a phone's keyboard.
  const fit = () => {
    const { scale, offsetTop, height } = visualViewport;
    if (scale > 1.01) return;
    set('--top', `${offsetTop}px`);
    set('--height', `${height}px`);
  };
  on(visualViewport, 'resize', fit);
  on(visualViewport, 'scroll', fit);

  // Beside the body, to outlive one that is replaced.
  const attach = () => {
    if (host.isConnected || !document.body) return;
    document.documentElement.append(host);
    if (frame) enter('loading');
  };
  const watcher = new MutationObserver(attach);
  watcher.observe(document, { childList: true });
  watcher.observe(document.documentElement, { childList: true });
  sites.set(site, {
    open: show,
    close: hide,
    bell: call,
    destroy() {
      leaving.abort();
      watcher.disconnect();
      clearTimeout(timer);
      host.remove();
      sites.delete(site);
    },
  });
  fit();
  draw();
  attach();
  for (const waiting of calls) command(...waiting);
})();
