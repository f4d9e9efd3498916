// The tabs of one customer share one event stream: browsers open no more than six connections to a server that speaks
// HTTP/1.1, and each stream is one. The tab that was looked at last listens for all. From it the others hear that there
// is something, not what: they ask for it after what they have.

/** What is told soon after each other is told at once, in milliseconds. */
const PAUSE = 50;

/** Without locks or a channel (old browsers, plain HTTP, no storage) every tab listens for itself. */
let listening = true;
let channel;
let told;
let spreading;

const turn = (on) => {
  if (listening === on) return;
  listening = on;
  told();
};

let wish;
let release;
/** Wants to listen: at once, or when no other tab does any more. */
const claim = (name, steal) => {
  wish?.abort();
  const own = (wish = new AbortController());
  const held = new Promise((over) => (release = over));
  let granted = false;
  const grant = () => {
    if (own !== wish) return;
    granted = true;
    turn(true);
    return held;
  };
  navigator.locks.request(name, steal ? { steal } : { signal: own.signal }, grant).catch(() => {
    if (own !== wish) return;
    turn(!granted);
    // Another tab is looked at; this one listens again when that is gone.
    if (granted) claim(name);
  });
};

/** Shares with the other tabs of `site`. `open` is called whenever the stream is to be opened again. */
export const share = (site, open) => {
  const name = `deskbell:${site}`;
  try {
    channel = navigator.locks && new BroadcastChannel(name);
  } catch {
    // Blocked.
  }
  if (!channel) return;
  told = open;
  channel.onmessage = () => listening || told();
  listening = !document.hidden;
  claim(name, listening);
  const looked = () => document.hidden || listening || claim(name, true);
  const leave = () => {
    listening = false;
    wish?.abort();
    wish = undefined;
    release();
  };
  const life = new AbortController();
  addEventListener('focus', looked, life);
  addEventListener('pageshow', looked, life);
  document.addEventListener('visibilitychange', looked, life);
  // A page that is kept to be gone back to must hold nothing, and a chat that gave up hears nothing.
  addEventListener('pagehide', leave, life);
  addEventListener('deskbell-failed', () => (leave(), life.abort(), channel.close()), life);
};

/** Whether this tab listens, else it only catches up. */
export const listens = () => listening;

/** Tells the other tabs, if this one listens, that there is something. */
export const spread = () => {
  if (channel && listening) spreading ??= setTimeout(() => channel.postMessage((spreading = undefined)), PAUSE);
};
