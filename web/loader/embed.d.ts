/**
 * The loader's surface: what a merchant writes, what a page may call, and what crosses the frame.
 *
 * ```html
 * <script src="https://desk.example/embed.js" data-site="KEY" async></script>
 * <noscript><a href="https://desk.example/contact/KEY">Talk to a human</a></noscript>
 * ```
 *
 * Promises: the page's CSP needs only `script-src` and `frame-src` for the Deskbell origin. Before the customer reaches
 * for the chat nothing is fetched but the loader and, unless the language is English, its words. The bell is drawn
 * whatever the settings say, and each setting is clamped so that it stays on screen. While the open chat shows a bell of its
 * own and answers, the loader's is hidden: there is always one. Focus never moves on load. The host
 * element `<deskbell-chat>` stands beside `<body>`, so that it and an open chat outlive a page that replaces its body.
 * While the conversation is a person's, or something waits to be sent, `deskbell:KEY` in the page's local storage says so
 * (a ring that nobody has yet: its id and whose it is; beside it, as `deskbell:KEY:past`, the secret of a call past a blocked
 * frame, so that rings in several tabs are one call), and the chat loads closed on the shop's next pages, to send what is
 * kept and to show who is there and what is new.
 */

/** The `data-` attributes of the script tag. */
export interface DeskbellSettings {
  /** Key of the site. Required: without it nothing is drawn. */
  site: string;
  /** Corner of the page. `right` unless set. */
  side?: 'left' | 'right';
  /** Distance from the side and the bottom in px, or `"SIDE BOTTOM"`. 0 to 40 % of the shorter edge; 16 unless set. */
  offset?: string;
  /** Stacking order, at least 1; 9999 unless set. */
  zIndex?: string;
  /** Text of the launcher. "Chat with us", in the customer's language, unless set. */
  launcher?: string;
  /** Any CSS colour, for the launcher; the text on it becomes white or black, whichever contrasts. */
  accent?: string;
  /** The same for the bell. Brass unless set. */
  bell?: string;
  /** BCP 47 tag for bell, launcher and chat. Unless set: the page's `lang`, then the browser's language. */
  language?: string;
}

/** `open` and `close` the panel, ring the `bell`, `destroy` removes everything so that a new script tag starts afresh. */
export type DeskbellCommand = 'open' | 'close' | 'bell' | 'destroy';

/**
 * Who the customer is. With a `token`, which only the server can check, agents see it as verified and the other two do
 * not count; without, they see it marked "not verified": anybody who can run scripts on the page can say anything. At least
 * one of the three is needed; what is wrong is told in the browser's console, once the chat is loaded, and not believed.
 */
export interface DeskbellCustomer {
  /** 1 to 100 characters, one line. */
  name?: string;
  /** Something with one `@` in it, at most 254 characters. */
  email?: string;
  /**
   * A JSON Web Token that the shop's server has signed with a key of the site: `sub` (1 to 200 characters), `exp` (an hour
   * ahead at most), perhaps `name` and `email`. It is needed until the customer first writes or rings, which is when it is
   * sent; that it expires later changes nothing.
   */
  token?: string;
}

/** What happens, and what a listener is told of it besides the site. */
export interface DeskbellEvents {
  /** The panel was opened. */
  open: object;
  /** The panel was closed. */
  close: object;
  /** The chat itself is there, for the first time or again. */
  ready: object;
  /** The bell was pressed on the page, or rung by command. What came of it is a `state`. */
  bell: object;
  /** So many messages came while the panel was closed. */
  unread: { count: number };
  /** Where the conversation stands: the bot answers, a person is called, a person is there, or it was ended. */
  state: { state: 'bot' | 'waiting' | 'with_agent' | 'closed' };
  /** The chat did not load or gave up. The way to a person is on screen. */
  failed: object;
}

/** Gets an event; `detail.site` is the site's key. */
export type DeskbellListener<Name extends keyof DeskbellEvents> = (
  event: CustomEvent<DeskbellEvents[Name] & { site: string }>,
) => void;

/** What the page calls. */
export interface Deskbell {
  /** Runs a command on every site of the page, or on the one named. A command that is not known does nothing. */
  (command: DeskbellCommand, site?: string): void;
  /**
   * Says who the customer is, `null` for nobody. To be called on every page, before or after the loader ran. It is kept
   * in the page until the chat is there, and told to the server with the customer's first message or bell, not before.
   * A site whose script comes later is told, too.
   *
   * With `null`, with another e-mail address than before, with a token of another `sub`, and without a token after one,
   * whoever was named before has gone: their conversation,
   * and what they had not sent yet, a bell included, is forgotten on this device, and the next customer begins a new one. Agents keep the
   * old one. A customer whom nobody ever named keeps theirs.
   */
  (command: 'identify', customer: DeskbellCustomer | null, site?: string): void;
  /** Listens to all sites of the page, until `off` or until `options.signal` is aborted. */
  <Name extends keyof DeskbellEvents>(
    command: 'on',
    event: Name,
    listener: DeskbellListener<Name>,
    options?: AddEventListenerOptions,
  ): void;
  /** Stops listening. */
  <Name extends keyof DeskbellEvents>(command: 'off', event: Name, listener: DeskbellListener<Name>): void;
  /** Calls made before the loader ran: `window.Deskbell ??= (...call) => (Deskbell.q ??= []).push(call)`. */
  q?: unknown[][];
}

/**
 * Frame to loader, `parent.postMessage`. Taken only from the frame's own window and origin.
 *
 * `boot`: the frame's first script runs; it rings at once, long before the widget is there. `ready`: the widget listens;
 * the loader then sends `shown` and what is pending. `rung`: the ring is kept on the device and will reach the server.
 * `failed`: the widget cannot work; the frame shows the way to a person. `close`: Escape or the widget's close button.
 * `leaving`: the frame loads itself again, for another customer; nothing is heard of it until the next `boot`. `bell`: the
 * frame's own bell can be seen and rings. `call`: it was pressed before the chat was there, so the loader rings.
 *
 * An open chat is asked `check` every 2 s. The loader's bell is hidden from the first `bell` until the panel is closed, the
 * frame fails, loads again or is moved off the screen, or a `check` was not answered when the next is due.
 *
 * Without `boot` within 8 s, or within 1 s of the frame's `load`, or without `rung` within 8 s of a ring, the loader
 * shows the contact link and, if somebody rang, takes the frame away and rings past it with a secret of its own. Until
 * that has an answer the frame is not tried again, but for 20 s at most: both together could call two people. Once it has
 * failed, the frame is loaded again after 1, 2, 4 … 64 s, or as soon as the page is back in sight or online, as long as
 * nobody has the ring.
 */
export type FromFrame =
  | { deskbell: 'boot'; contact: { phone?: string; email?: string } }
  | { deskbell: 'ready' }
  | { deskbell: 'rung'; write: string }
  | { deskbell: 'failed' }
  | { deskbell: 'close' }
  | { deskbell: 'leaving' }
  | { deskbell: 'bell' }
  | { deskbell: 'call' }
  | { deskbell: 'unread'; count: number }
  | { deskbell: 'state'; state: 'bot' | 'waiting' | 'with_agent' | 'closed' }
  | { deskbell: 'unsent'; unsent: boolean };

/**
 * Loader to frame, posted to the Deskbell origin only.
 *
 * `ring`: a person is wanted; `write` (a write id) names it, and the same id may come again. `shown` with `focus`: the
 * customer opened the chat by the launcher, or by a bell that has since made room for the chat's, and the composer may take
 * focus; without it focus must stay where it is. `check`: is there a bell that rings? Answered by `bell`, or not at all.
 * `who` says nothing but what every message carries as `who`, once the page has said it: that nobody is rung for who
 * has gone, it counts before the message itself.
 */
export type ToFrame = { who?: DeskbellCustomer | null } & (
  | { deskbell: 'ring'; write: string }
  | { deskbell: 'shown'; focus: boolean }
  | { deskbell: 'hidden' }
  | { deskbell: 'who' }
  | { deskbell: 'check' }
);

declare global {
  interface Window {
    Deskbell?: Deskbell;
  }
}
