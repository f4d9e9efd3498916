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
  const send = async (path, body) => {
    const answer = await fetch(`/v1/conversations${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      keepalive: true,
    });
    const said = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(said.message), { status: answer.status, code: said.code });
    return said;
  };
  const conversation = async () => {
    const known = shelf.getItem(at('conversation'));
    if (known) return known;
    const opened = await send('', {
      write: random(16),
      site,
      language: /^[a-z\d-]{1,35}$/i.test(language) ? language : undefined,
      page: page?.slice(0, 2000) || undefined,
    });
    shelf.setItem(at('conversation'), opened.conversation);
    return opened.conversation;
  };
  const deliver = async (write) => {
    const { status } = await send(`/${await conversation()}/escalation`, { write });
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
      try {
        await deliver(write);
        delay = 500;
      } catch ({ status, code }) {
        if (code === 'unknown_conversation' || code === 'not_yours') shelf.removeItem(at('conversation'));
        else if (status >= 400 && status < 500 && status !== 429) {
          refused.add(write);
          tell('refused');
          continue;
        } else tell('kept');
        await pause(delay * (1 + Math.random() / 2));
        delay = Math.min(2 * delay, 15_000);
      }
    }
    busy = false;
  };

  return {
    /** Rings, once per id. Says whether it took the ring: the chat alone can where nothing can be kept for it. */
    ring(write, chatFailed) {
      if (!lasting && !chatFailed) return false;
      shelf.setItem(at(`out:${write}`), JSON.stringify({ write, at: Date.now(), body: 'ring' }));
      tell('calling');
      pump();
      return true;
    },
    /** Sends the rings that an earlier visit or the chat has left. */
    resume() {
      if (waiting().length) tell('calling');
      pump();
    },
  };
};
