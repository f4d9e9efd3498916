// Calls a person before the chat is up, or without it. It keeps and sends what the chat itself would keep and send,
// under the same names and ids, so that the chat goes on where this stops and nothing is rung twice.

/** As many random bytes, in base64url. */
const random = (bytes) =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** The browser's storage, or, where that is blocked, a memory of this page's with nothing in it. */
const storage = () => {
  try {
    const { localStorage } = window;
    localStorage.setItem('deskbell', '1');
    localStorage.removeItem('deskbell');
    return { shelf: localStorage, lasting: true };
  } catch {
    const kept = {};
    const shelf = Object.defineProperties(kept, {
      getItem: { value: (key) => kept[key] ?? null },
      setItem: { value: (key, value) => void (kept[key] = value) },
      removeItem: { value: (key) => void delete kept[key] },
    });
    return { shelf, lasting: false };
  }
};

/** The address that a token claims, and whose it is. Whether that is true the server alone can tell. */
const claims = (token) => {
  try {
    const { sub, email } = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
    return { sub: `#${encodeURIComponent(sub)}`, email };
  } catch {
    return {};
  }
};

/**
 * Whom the page names: the address as it is compared, if it is one, and what tells customers apart, the subject of a token
 * or else the address.
 */
export const keyOf = (who) => {
  const { sub, email } = (who?.token ? claims(who.token) : who) ?? {};
  const address = `${email}`.trim().toLowerCase();
  const known = /^[^@\s]+@[^@\s]+$/.test(address) && address;
  return [known, sub ?? known];
};

/** Waits so many milliseconds, or until there is reason to hope. */
const pause = (time) =>
  new Promise((over) => {
    const hope = new AbortController();
    const end = () => (hope.abort(), clearTimeout(timer), over());
    const timer = setTimeout(end, time);
    addEventListener('online', end, hope);
    document.addEventListener('visibilitychange', () => document.hidden || end(), hope);
  });

/**
 * The bell of a site. `isUp` says whether the chat has taken over; `tell` hears how it goes: `calling`, `called` with
 * the conversation's state, `kept` while the server cannot be reached, `refused` if it will not have it.
 */
export const bellOf = ({ site, language, page }, isUp, tell) => {
  const { shelf, lasting } = storage();
  const at = (name) => `deskbell:${site}:${name}`;

  const token = () => {
    const known = shelf.getItem(at('token'));
    if (known) return known;
    const fresh = random(32);
    shelf.setItem(at('token'), fresh);
    return fresh;
  };
  /** Whether the customer with this secret has gone. What was on its way for them is not the next one's. */
  const hasGone = (secret) => shelf.getItem(at('token')) !== secret;
  const send = async (secret, path, body) => {
    const answer = await fetch(`/v1/conversations${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      keepalive: true,
      signal: AbortSignal.timeout?.(20_000),
    });
    const said = await answer.json();
    if (!answer.ok) {
      const wait = 1000 * Math.min(60, answer.headers.get('retry-after'));
      throw Object.assign(new Error(said.message), { status: answer.status, code: said.code, wait });
    }
    return said;
  };
  const conversation = async (secret) => {
    const known = shelf.getItem(at('conversation'));
    if (known) return known;
    const opened = await send(secret, '?for=escalation', {
      write: random(16),
      site,
      language: /^[a-z\d-]{1,35}$/i.test(language) ? language : undefined,
      page: page?.slice(0, 2000) || undefined,
    });
    if (!hasGone(secret)) shelf.setItem(at('conversation'), opened.conversation);
    return opened.conversation;
  };
  const deliver = async (write, secret) => {
    const { status } = await send(secret, `/${await conversation(secret)}/escalation`, { write });
    if (hasGone(secret)) return;
    shelf.removeItem(at(`out:${write}`));
    tell('called', status.state);
  };
  /** Ids of the rings that nobody has acknowledged. A ring's `body` is the text "ring", anything else's an object. */
  const waiting = () =>
    Object.keys(shelf)
      .filter((key) => key.startsWith(at('out:')) && shelf.getItem(key)?.includes('"body":"ring"'))
      .map((key) => key.slice(at('out:').length));

  let busy = false;
  const refused = new Set();
  /** Sends what waits until the server has it all or the chat is up, which does the same. */
  const pump = async () => {
    if (busy) return;
    busy = true;
    let delay = 500;
    while (!isUp()) {
      const write = waiting().find((write) => !refused.has(write));
      if (!write) break;
      const secret = token();
      try {
        await deliver(write, secret);
        delay = 500;
      } catch ({ status, code, wait }) {
        if (hasGone(secret)) continue;
        if (code === 'unknown_conversation' || code === 'not_yours') {
          for (const name of ['conversation', 'unasked']) shelf.removeItem(at(name));
        } else if (status >= 400 && status < 500 && status !== 429) {
          refused.add(write);
          tell('refused');
          continue;
        } else tell('kept');
        await pause(Math.max(wait || 0, delay * (1 + Math.random() / 2)));
        delay = Math.min(2 * delay, 15_000);
      }
    }
    busy = false;
  };

  const forget = () => {
    for (const key of Object.keys(shelf)) if (key.startsWith(at(''))) shelf.removeItem(key);
  };

  return {
    forget,
    /** Rings, once per id. Says whether it took the ring: the chat alone can where nothing can be kept for it. */
    ring(write, chatFailed) {
      if (!lasting && !chatFailed) return false;
      shelf.setItem(at(`out:${write}`), JSON.stringify({ write, at: Date.now(), body: 'ring' }));
      tell('calling');
      pump();
      return true;
    },
    /**
     * Takes in who the page says the customer is, null for nobody; `news` unless this frame has heard it before.
     * Whoever was named before and is somebody else has `gone`: everything that is kept for them is forgotten. Else it
     * says `known`, or nothing if another tab's page has said otherwise since.
     */
    meet(who, news) {
      // What is no address says nothing of who has gone, unless it was a signed customer. One with a known address may be
      // signed later.
      const [email, key] = keyOf(who);
      const known = shelf.getItem(at('who'));
      const other = known !== null && (!who || (known && (key ? known !== key && known !== email : known[0] === '#')));
      // Where nothing lasts, what this frame has heard before is forgotten.
      if (!news && lasting) return known !== null && !other ? 'known' : undefined;
      if (other) forget();
      // Empty while somebody is known, but no address of theirs.
      if (who) shelf.setItem(at('who'), key || (other ? '' : known ?? ''));
      return other ? 'gone' : 'known';
    },
    /** Sends the rings that an earlier visit or the chat has left. */
    resume() {
      if (waiting().length) tell('calling');
      pump();
    },
  };
};
