/** What `Deskbell` does before the loader is there: it keeps the calls. */
const queue = (...call) => {
  (queue.q ??= []).push(call);
};

/** @type {Map<string, HTMLScriptElement>} The script of each site, to load it once. */
const scripts = new Map();

/** The page's command function, whoever put it there; before the loader is there, one that keeps the calls. */
const command = (...call) => {
  window.Deskbell ??= queue;
  return window.Deskbell(...call);
};

/**
 * Puts the bell and the chat of a site on the page, once however often it is called, and gives the command function.
 * See index.d.ts.
 */
export function load({ src, site, nonce, ...settings }) {
  // Rendered on a server there is no page: the browser calls this again.
  if (typeof document === 'undefined') return () => {};
  if (!src || !site) throw new TypeError('Deskbell: load({ src, site }) needs the address of embed.js and the key of the site.');
  window.Deskbell ??= queue;
  if (scripts.get(site)?.isConnected) return command;
  const script = document.createElement('script');
  script.src = src;
  script.async = true;
  if (nonce) script.nonce = nonce;
  for (const [name, value] of Object.entries({ site, ...settings })) {
    if (value !== undefined) script.dataset[name] = `${value}`;
  }
  script.addEventListener('error', () => {
    scripts.delete(site);
    script.remove();
  });
  scripts.set(site, script);
  document.head.append(script);
  return command;
}

/** Takes a site off the page: bell, chat and script. `load` brings it back. */
export function unload(site) {
  if (typeof document === 'undefined') return;
  command('destroy', site);
  scripts.get(site)?.remove();
  scripts.delete(site);
}
