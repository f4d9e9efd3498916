// What the loader needs once somebody reaches for it: the looks of an open chat, and the way to a person past a frame
// that does not come. The bell works without this file as long as the frame does.

/** Milliseconds between two looks whether the open chat is alive, and until it is believed to be not. */
const patience = 2_000;
/** Milliseconds after a call past the frame within which a ring in another tab of the customer's belongs to it. */
const together = 300_000;
const narrow = '(max-width: 479px), (max-height: 479px)';
const looks = `
* { box-sizing: border-box }
a { text-decoration: none }
section { --line: #ded5c2; max-height: calc(100dvh - var(--y) - 16px) }
@media (prefers-color-scheme: dark) { section { --line: #303c34 } }
b { position: absolute; top: -9px; right: 8px; padding: 0 7px; font-size: 12px; color: #fff; background: #9c2f22; border: 1px solid; border-radius: 9px }
.open .launcher i { clip-path: path("M5 3.6l5 5 5-5L16.4 5l-5 5 5 5-1.4 1.4-5-5-5 5L3.6 15l5-5-5-5z") }
.panel { overflow: hidden; border: 1px solid var(--line); border-radius: 16px; box-shadow: 0 4px 32px #0004 }
.card { display: grid; place-content: center; place-items: center; padding: 24px; text-align: center; gap: 12px; height: 100%; overflow: auto }
.card a { overflow-wrap: anywhere }
.panel:not(.failed) .card a, .card .other { padding: 12px; font-weight: 400; text-decoration: underline; color: inherit; background: none; border: 0; box-shadow: none }
@media ${narrow} {
  .open { inset: var(--top) 0 auto; height: var(--height); max-width: none; max-height: none; flex-direction: column; align-items: stretch; gap: 0; background: var(--paper);
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left) }
  .open .dock { gap: 4px; padding: 4px; border-bottom: 1px solid var(--line) }
  .open .dock button { padding: 8px 10px; box-shadow: none }
  .open .bell { margin-inline-end: auto }
  .panel { flex: 1; width: auto; border: 0; border-radius: 0; box-shadow: none }
}
@media (prefers-reduced-motion: no-preference) {
  .panel { animation: rise 0.2s }
  @keyframes rise { from { opacity: 0; translate: 0 12px } }
}`;

/** An e-mail address as it is compared; nothing if it is none. */
const addressOf = (text) => {
  const address = text.trim().toLowerCase();
  return /^[^@\s]+@[^@\s]+$/.test(address) ? address : '';
};

/** The address that a token claims, and whose it is; nothing if it cannot be read. */
const readToken = (token) => {
  try {
    const { sub, email } = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
    return [addressOf(`${email}`), `#${encodeURIComponent(sub)}`];
  } catch {
    return ['', ''];
  }
};

/** As many random bytes, in base64url. */
const random = (bytes) =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/**
 * Takes over the open chat's looks. Gives what the loader calls when the frame failed: it shows the shop's other ways,
 * and rings for a person if it is told the ring's id; then it promises true if the server has stored that, and if not, after
 * how many milliseconds the frame is best tried again, if it knows.
 */
export default (kit) => {
  const { site, origin, tag, root, words, hear, make, style, on, post, draw, greet, hide, furnish, load, keep, now, forget } = kit;
  words.frame ??= 'Chat with {shop}';
  words.loading ??= 'The chat is loading…';
  words.calling ??= 'Calling a person…';
  words.waiting ??= 'Waiting for a person';
  words.personIsHere ??= 'A person is here';
  words.unread ??= '{count} new';
  words.called ??= 'A person has been called. The chat did not load here, so please say how we can reach you:';
  words.callKept ??= 'We cannot reach the shop at the moment. Your request is kept and tried again by itself.';
  words.unknown ??= 'The chat is not set up here. Please reach the shop another way: its pages may name a phone number or an e-mail address.';
  if (!kit.card) furnish();
  const { card } = kit;
  const desk = root.querySelector('section');
  const [bell, launcher] = root.querySelectorAll('button');
  const contactPage = card.querySelector('a');
  contactPage.href += `?${new URLSearchParams({ language: tag })}`;
  style(looks);

  // The sheet steps aside when focus moves to the page behind it.
  const sheet = matchMedia(narrow);
  on(document, 'focusin', ({ target }) => target !== root.host && now()[0] && sheet.matches && hide());
  // The sheet fits above a phone's keyboard.
  const fit = () => {
    const { scale, offsetTop, height } = visualViewport;
    if (scale > 1.01) return;
    desk.style.setProperty('--top', `${offsetTop}px`);
    desk.style.setProperty('--height', `${height}px`);
  };
  on(visualViewport, 'resize', fit);
  on(visualViewport, 'scroll', fit);
  fit();

  // Who has called a person is followed to the shop's next page: the chat loads there by itself, closed, to send what
  // is kept and to show at the launcher who is there and what is new.
  const past = `deskbell:${site}:past`;
  const lose = () => {
    try {
      localStorage.removeItem(`deskbell:${site}`);
      localStorage.removeItem(past);
    } catch {
      // Without storage the next page starts afresh.
    }
  };
  const remember = () => {
    const [, ring, state, who, called] = now();
    // Whose it is, too: it is not rung for another customer.
    if (ring && !called) keep(who ? `${ring} ${met}` : ring);
    else if (unsent || called || state === 'waiting' || state === 'with_agent') keep('1');
    else if (state) lose();
  };
  // Whether the frame holds something that the server has not.
  let unsent = false;
  const [kept, ...whose] = (keep() ?? '').split(' ');
  let resumed = Boolean(kept) && !now()[0];
  hear.unsent = (message) => {
    unsent = message.unsent;
    remember();
  };
  const { state: told } = hear;
  hear.state = (message) => {
    if (message.state !== now()[2]) told(message);
    remember();
    const [open, , , , , ready] = now();
    // The bell's script tells, too, before the chat is there.
    if (!ready) return;
    // By now the history is there, and what comes after it is new.
    if (resumed && !open) post('hidden');
    resumed = false;
  };

  // One bell is enough: the chat's own, for as long as the frame says, whenever it is asked, that it stands there and
  // rings. A frame that crashed, hangs or is gone says nothing, and the loader's bell is back.
  let shown = false;
  let owes = false;
  let asking;
  const spare = (is) => {
    // Focus goes on as if the chat had been opened by the launcher.
    if (is && root.activeElement === bell) {
      launcher.focus();
      greet();
    }
    bell.hidden = is;
  };
  const ask = () => {
    if (!root.host.isConnected) return clearInterval(asking);
    // Where nobody looks, browsers let frames sleep.
    if (document.hidden) return;
    if (owes) spare(false);
    owes = true;
    post('check');
  };
  const shop = document.querySelector('meta[property="og:site_name"]')?.content ?? location.host;
  kit.drawn = (is) => {
    const frame = root.querySelector('iframe');
    words.with_agent = words.personIsHere;
    if (frame) frame.title = words.frame.replace('{shop}', () => shop);
    if (shown === Boolean(is)) return;
    shown = !shown;
    owes = false;
    clearInterval(asking);
    if (shown) {
      asking = setInterval(ask, patience);
      ask();
    } else spare(false);
  };
  hear.bell = () => {
    owes = false;
    // Some pages move the chat off the screen, and its bell with it.
    const { top, left, right } = root.querySelector('iframe').getBoundingClientRect();
    spare(shown && top > -9 && top < innerHeight - 9 && left > -9 && right < innerWidth + 9);
  };
  // The bell that the frame has before the chat: the loader has another way if this one fails.
  hear.call = () => bell.click();

  let secret;
  let conversation;
  const disown = () => {
    try {
      if (!/ null /.test(localStorage[past] ?? ' null ')) localStorage.removeItem(past);
    } catch {
      // Without storage nothing is there.
    }
  };
  // As the frame does it (ring.js): with `null`, or another address or subject, whoever was named before has gone.
  const named = whose.join(' ');
  let met = whose.length ? (named[0] === '#' ? named : addressOf(named) || readToken(named)[1]) : null;
  const meet = (who) => {
    const address = addressOf(who?.email ?? '');
    const [email, key] = who?.token ? readToken(who.token) : [address, address];
    const other = met && (key ? met !== key && met !== email : met[0] === '#');
    const gone = met !== null && (!who || Boolean(other));
    met = who ? key || (gone ? '' : met ?? '') : null;
    if (!gone) {
      // Nor is a call of somebody whom the page named without an address.
      if (!who) disown();
      return;
    }
    secret = conversation = undefined;
    forget();
    lose();
  };
  kit.meet = meet;
  if (now()[3] !== undefined) meet(now()[3]);
  // What went nowhere on the page before goes on, unless that customer has gone: a ring as what it is, by its id, so that the
  // frame does not ring twice.
  if (keep()) load(kept === '1' ? undefined : kept);
  remember();

  // For the way past the frame a secret of the shop's pages: what the frame keeps is none of their business. While nobody
  // has the ring, and a little longer, the customer's tabs and next page have it in common: their rings are one call.
  const share = (until) => {
    try {
      const [known, whose, till] = (localStorage[past] ?? '').split(' ');
      if (!secret && whose === `${met}` && Date.now() < till) secret = known;
      secret ??= random(32);
      localStorage[past] = `${secret} ${met} ${until}`;
    } catch {
      // Without storage each page has its own.
      secret ??= random(32);
    }
  };
  const send = async (path, body) => {
    const answer = await fetch(`${origin}/v1/conversations${path}`, {
      __proto__: null,
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      credentials: 'omit',
      keepalive: true,
      // Before the loader tries the frame again.
      signal: AbortSignal.timeout?.(8000),
    });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  };
  const ring = async (write) => {
    // A language tag that is none must not cost the ring.
    const language = /^[a-z\d-]{1,35}$/i.test(tag) ? tag : undefined;
    conversation ??= send('?for=escalation', { write: random(16), site, language, page: location.href.split(/[?#]/)[0].slice(0, 2000) });
    const { conversation: id } = await conversation;
    await send(`/${id}/escalation`, { write });
  };

  // What the page says itself, for when the server cannot be asked.
  const script = document.querySelector(`script[data-site="${CSS.escape(site)}"]`);
  const said = { phone: script?.getAttribute('data-phone'), email: script?.getAttribute('data-email') };
  // What the server knows of the site, asked as a script: a page may forbid every other connection.
  let asked = 0;
  let usual;
  // Whether the server answered when it was last asked. A frame that came to nothing after an outage is tried again first:
  // through it the customer has a chat, and the ring stays one, whatever page they go to meanwhile.
  let reached = !root.querySelector('.failed');
  const facts = async () => {
    const file = await import(`${origin}/loader/site/${encodeURIComponent(site)}?${asked++}`).catch(() => undefined);
    reached = Boolean(file);
    // The frame may have been up, and have told.
    const { known = true, contact = kit.contact ?? said } = file?.default ?? {};
    if (!known) {
      if (!usual) console.error(`Deskbell: ${origin} has no site with the key "${site}". Compare data-site with what "deskbell site list" prints.`);
      usual ??= { failed: words.failed, callKept: words.callKept };
      // Nobody would ever hear that bell.
      words.failed = words.callKept = words.unknown;
    } else Object.assign(words, usual);
    contactPage.hidden = !known;
    return contact;
  };

  const others = [];
  const showOthers = ({ phone, email }) => {
    for (const other of others.splice(0)) other.remove();
    if (phone) others.push(make('a', { className: 'other', dir: 'ltr', href: `tel:${phone.replace(/\s/g, '')}`, textContent: phone }));
    if (email) others.push(make('a', { className: 'other', dir: 'ltr', href: `mailto:${email}`, textContent: email }));
    card.append(...others);
  };
  kit.tell = (failed) => {
    const [, ring, , , called] = now();
    if (failed) return (called ? words.called : ring && words.callKept) || words.failed;
    return ring ? words.calling : words.loading;
  };
  // Not under a pointer that is just pressing: WebKit loses a click whose text was written anew meanwhile.
  if (now()[0]) draw();
  return async (write) => {
    if (write) share(Infinity);
    const whose = secret;
    const before = reached;
    const call = () => write && ring(write).then(
      () => true,
      () => {
        if (whose === secret) conversation = undefined;
      },
    );
    let called = before && call();
    // The other ways are good to have, but the answer does not wait for them for ever.
    await Promise.race([facts().then(showOthers), new Promise((done) => setTimeout(done, 4000))]);
    // A server that has too much to do tells nothing of the site, but takes a ring.
    if (!before && !reached && whose === secret) called = call();
    if (!(await called)) return !before && reached ? 0 : undefined;
    if (whose === secret) {
      keep('1');
      share(Date.now() + together);
    }
    return true;
  };
};
