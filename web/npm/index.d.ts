import type { Deskbell, DeskbellSettings } from './embed';

export type * from './embed';

/** Where the loader is, which site it is for, and what the script tag says otherwise as `data-` attributes. */
export interface LoadOptions extends DeskbellSettings {
  /** Address of the loader, such as `https://desk.example/embed.js`. */
  src: string;
  /** Nonce for a policy that asks for one. */
  nonce?: string;
}

/**
 * Puts the bell and the chat of a site on the page and gives the command function, which works at once: calls made
 * before the loader is there are kept for it. Calling it again for a site that is on the page does nothing but that. If
 * the loader cannot be fetched, the script is taken out, so that a later call tries again. On a server it does nothing.
 *
 * @throws TypeError without `src` or `site`.
 */
export function load(options: LoadOptions): Deskbell;

/** Takes a site off the page: bell, chat and script. `load` brings it back. */
export function unload(site: string): void;
