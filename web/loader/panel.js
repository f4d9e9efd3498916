// What the loader needs once somebody reaches for it: the looks of an open chat, and the way to a person past a frame
// that does not come. The bell works without this file as long as the frame does.

const narrow = '(max-width: 479px), (max-height: 479px)';
const looks = `
b { position: absolute; top: -9px; right: 8px; padding: 0 7px; font-size: 12px; color: #fff; background: #9c2f22; border: 1px solid; border-radius: 9px }
.panel { border-radius: 16px; box-shadow: 0 4px 32px #0004 }
.card { display: grid; place-content: center; place-items: center; padding: 24px; text-align: center; gap: 12px; height: 100%; overflow: auto }
.card a { overflow-wrap: anywhere }
.panel:not(.failed) .card a, .card .other { padding: 12px; font-weight: 400; text-decoration: underline; color: inherit; background: none; border: 0; box-shadow: none }
@media ${narrow} {
  .open { inset: var(--top) 0 auto; height: var(--height); max-width: none; max-height: none; flex-direction: column; align-items: stretch; gap: 0; background: var(--paper);
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left) }
  .open .dock { justify-content: space-between; gap: 4px; padding: 4px; border-bottom: 1px solid var(--line) }
  .open .dock button { padding: 8px 10px; box-shadow: none }
  .panel { flex: 1; width: auto; border: 0; border-radius: 0; box-shadow: none }
}
@media (prefers-reduced-motion: no-preference) {
  .panel { animation: rise 0.2s }
  @keyframes rise { from { opacity: 0; translate: 0 12px } }
}`;

/** As many random bytes, in base64url. */
const random = (bytes) =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/**
 * Takes over the open chat's looks. Gives what the loader calls when the frame failed: it shows the shop's other ways,
 * and rings for a person if it is told the ring's id; then it promises whether the server has stored that.
 */
export default (kit) => {
  const { site, bus, origin, tag, host, card, words, make, style, set, on, post, hide, load, now } = kit;
  words.called ??= 'A person has been called. The chat did not load here, so please say how we can reach you:';
  words.callKept ??= 'We cannot reach the shop at the moment. Your request is kept and tried again by itself.';
  words.unknown ??= 'The chat is not set up here. Please reach the shop another way: its pages may name a phone number or an e-mail address.';
  const contactPage = card.querySelector('a');
  contactPage.href += `?${new URLSearchParams({ language: tag })}`;
  style(looks);

  // The sheet steps aside when focus moves to the page behind it.
  const sheet = matchMedia(narrow);
  on(document, 'focusin', ({ target }) => target !== host && now()[0] && sheet.matches && hide());
  // The sheet fits above a phone's keyboard.
  const fit = () => {
    const { scale, offsetTop, height } = visualViewport;
    if (scale > 1.01) return;
    set('--top', `${offsetTop}px`);
    set('--height', `${height}px`);
  };
  on(visualViewport, 'resize', fit);
  on(visualViewport, 'scroll', fit);
  fit();

  // Who has called a person is followed to the shop's next page: the chat loads there by itself, closed, to send what
  // is kept and to show at the launcher who is there and what is new.
  const kept = `deskbell:${site}`;
  const remember = () => {
    const [, ring, state] = now();
    if (!ring && !state) return;
    try {
      if (ring || state === 'waiting' || state === 'with_agent') localStorage.setItem(kept, '1');
      else localStorage.removeItem(kept);
    } catch {
      // Without storage the next page starts afresh.
    }
  };
  let resumed = false;
  try {
    resumed = Boolean(localStorage.getItem(kept)) && !now()[0];
  } catch {
    // As above.
  }
  on(bus, 'bell', remember);
  on(bus, 'state', ({ detail }) => {
    if (detail.site !== site) return;
    remember();
    // By now the history is there, and what comes after it is new.
    if (resumed && !now()[0]) post('hidden');
    resumed = false;
  });
  if (resumed) load();
  else remember();

  // A secret of this page's own: what the frame keeps is none of the page's business.
  const secret = random(32);
  let conversation;
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
    conversation ??= send('', { write: random(16), site, language, page: location.href.split(/[?#]/)[0].slice(0, 2000) });
    const { conversation: id } = await conversation;
    await send(`/${id}/escalation`, { write });
  };

  // What the server knows of the site, asked as a script: a page may forbid every other connection.
  let asked = 0;
  let usual;
  const facts = async () => {
    // The frame was up and has told.
    if (kit.contact) return kit.contact;
    const file = await import(`${origin}/loader/site/${encodeURIComponent(site)}?${asked++}`).catch(() => undefined);
    const { known = true, contact = {} } = file?.default ?? {};
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
    if (phone) others.push(make('a', { className: 'other', href: `tel:${phone.replace(/\s/g, '')}`, textContent: phone }));
    if (email) others.push(make('a', { className: 'other', href: `mailto:${email}`, textContent: email }));
    card.append(...others);
  };
  return async (write) => {
    const called = write && ring(write).then(
      () => true,
      () => (conversation = undefined),
    );
    // The other ways are good to have, but the answer does not wait for them for ever.
    await Promise.race([facts().then(showOthers), new Promise((done) => setTimeout(done, 8000))]);
    return Boolean(await called);
  };
};
