/**
 * The loader's surface: what a merchant writes, what a page may call, and what crosses the frame.
 *
 * ```html
 * <script src="https://desk.example/embed.js" data-site="KEY" async></script>
 * <noscript><a href="https://desk.example/contact/KEY">Talk to a human</a></noscript>
 * ```
 *
 * Promises: the page's CSP needs only `script-src` and `frame-src` for the Deskbell origin. Nothing but the loader is
 * fetched before the customer opens the chat. The bell is drawn whatever the settings say, and each setting is clamped so
 * that it stays on screen. Focus never moves on load. The host element `<deskbell-chat>` stands beside `<body>`, so that
 * it and an open chat outlive a page that replaces its body.
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
  /** Text of the launcher. "Chat with us" unless set. */
  launcher?: string;
  /** Any CSS colour; the text on it becomes white or black, whichever contrasts. */
  accent?: string;
  /** BCP 47 tag for the chat. Unless set: the page's `lang`, then the browser's language. */
  language?: string;
}

/** `open` and `close` the panel, ring the `bell`, `destroy` removes everything so that a new script tag starts afresh. */
export type DeskbellCommand = 'open' | 'close' | 'bell' | 'destroy';

/** Runs a command on every site of the page, or on the one named. A command that is not known does nothing. */
export interface Deskbell {
  (command: DeskbellCommand, site?: string): void;
  /** Calls made before the loader ran: `window.Deskbell ??= (...call) => (Deskbell.q ??= []).push(call)`. */
  q?: [command: DeskbellCommand, site?: string][];
}

/**
 * Widget to loader, `parent.postMessage`. Taken only from the frame's own window and origin.
 *
 * `ready`: the widget listens; the loader then sends `shown` and what is pending. `rung`: the ring is in the widget's
 * outbox and will reach the server. `failed`: the widget cannot work; the contact link is shown. `close`: Escape or the
 * widget's close button. Without `ready` within 8 s of opening, or `rung` within 8 s of a ring, the contact link is shown;
 * a later `ready` or `rung` brings the chat back.
 */
export type FromWidget =
  | { deskbell: 'ready' }
  | { deskbell: 'rung'; write: string }
  | { deskbell: 'failed' }
  | { deskbell: 'close' }
  | { deskbell: 'unread'; count: number }
  | { deskbell: 'state'; state: 'bot' | 'waiting' | 'with_agent' | 'closed' };

/**
 * Loader to widget, posted to the Deskbell origin only.
 *
 * `ring`: a person is wanted; `write` (32 hex digits) names it, and the same id may come again. `shown` with `focus`:
 * the customer opened the chat by the launcher and the composer may take focus; without it focus must stay where it is.
 */
export type ToWidget =
  | { deskbell: 'ring'; write: string }
  | { deskbell: 'shown'; focus: boolean }
  | { deskbell: 'hidden' };

declare global {
  interface Window {
    Deskbell?: Deskbell;
  }
}
