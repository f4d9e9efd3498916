import type { BrowserContext } from '@playwright/test';

/**
 * Collects every error that a browser reports, from all pages and frames of the contexts it watches. A story with
 * one that it did not announce has failed, whatever it shows.
 */
export class Guard {
  readonly #found: string[] = [];
  readonly #expected: RegExp[] = [];

  /** Listens to all pages of a context, open and to come. */
  watch(context: BrowserContext): void {
    context.on('console', (message) => {
      if (message.type() === 'error') this.#found.push(`${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.#found.push(error.error().stack ?? String(error.error())));
  }

  /** Takes an error that was found in another way. */
  note(error: string): void {
    this.#found.push(error);
  }

  /**
   * Announces errors that belong to this story, such as `/ERR_CONNECTION_REFUSED/` while the server is down. The
   * pattern is matched against the text with the address behind it: make it as narrow as it can be.
   */
  expectError(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  /** Announces what a browser says of requests to `origin`, below `path`, while the server there is down. */
  expectOutage(origin: string, path = '/'): void {
    const ways = 'CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING';
    this.expectError(new RegExp(`ERR_(${ways}).*${origin}${path}`));
  }

  /** The errors that nobody announced. */
  unexpected(): string[] {
    return this.#found.filter((text) => !this.#expected.some((pattern) => pattern.test(text)));
  }
}
