import { expect } from '@playwright/test';
import type { Browser } from './engines.ts';
import { type Element, ENTER, Refused } from './webdriver.ts';

/** Runs in the page: what is in sight under a selector, shadow roots included as in Playwright, with a text in it. */
const LOOK = `
  const all = (root, css) => [
    ...root.querySelectorAll(css),
    ...[...root.querySelectorAll('*')].flatMap((element) => (element.shadowRoot ? all(element.shadowRoot, css) : [])),
  ];
  const read = (element) => element.innerText.replace(/\\s+/g, ' ').trim();
  const [css, text] = arguments;
  const found = all(document, css).filter(
    (element) => element.checkVisibility({ checkVisibilityCSS: true }) && (text === null || read(element).includes(text)),
  );`;

/** Runs in the page, once: from now on its errors are kept. Gives those since the last time. */
const LISTEN = `
  const kept = (window[Symbol.for('story')] ??= (() => {
    const errors = [];
    const { error } = console;
    console.error = (...said) => (errors.push('console.error: ' + said.join(' ')), error.apply(console, said));
    addEventListener('error', ({ message }) => message && errors.push(message + ' (' + location.href + ')'));
    addEventListener('unhandledrejection', ({ reason }) => errors.push(reason + ' (' + location.href + ')'));
    return errors;
  })());
  const errors = kept.splice(0);`;

/** What `ask` gives, or `otherwise` as long as the page is not there yet. */
async function passing<T>(ask: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Refused && error.passes) return otherwise;
    throw error;
  }
}

/** What one person sees: a page, or the page in a frame of it. Nothing here waits for time, only for what is seen. */
export class Screen {
  private constructor(
    readonly browser: Browser,
    readonly frames: readonly string[],
  ) {}

  /** The page that a browser shows. */
  static of(browser: Browser): Screen {
    return new Screen(browser, []);
  }

  /** The page in the frame under this selector. */
  frame(css: string): Screen {
    return new Screen(this.browser, [...this.frames, css]);
  }

  /** Visits an address. */
  async visit(url: string): Promise<void> {
    await this.browser.session.top();
    await this.browser.session.visit(url);
  }

  /** Loads the page anew as the browser's button does. Firefox's driver would do it past the service worker. */
  async reload(): Promise<void> {
    const { session } = this.browser;
    await session.top();
    await session.run('window.isOld = true; location.reload();');
    const loaded = () => passing(() => session.run("return document.readyState === 'complete' && !window.isOld;"), false);
    await expect.poll(loaded, { message: 'the page is loaded again' }).toBe(true);
  }

  /** The texts in sight under a selector, in the order of the page; none while there is no such page yet. */
  texts(css: string): Promise<string[]> {
    return passing(() => this.#look<string[]>('found.map(read)', css, null), []);
  }

  /** Waits until the texts under a selector are these; each may be a part of the text, or a pattern. */
  async shows(css: string, ...texts: (string | RegExp)[]): Promise<void> {
    const wanted = texts.map((text) => (text instanceof RegExp ? expect.stringMatching(text) : expect.stringContaining(text)));
    await expect.poll(() => this.texts(css), { message: `${css} in sight` }).toEqual(wanted);
  }

  /** Presses what is under a selector, with a text in it, as soon as it can be pressed there. */
  async press(css: string, text: string | null = null): Promise<void> {
    await this.#when(css, text, (element) => this.browser.session.click(element));
  }

  /** Writes into the field under a selector. */
  async fill(css: string, text: string): Promise<void> {
    await this.#when(css, null, async (element) => {
      // As people do. WebKit lets no script put the focus into a frame of another origin, its driver's included.
      await this.browser.session.click(element);
      await this.browser.session.type(element, text);
    });
  }

  /** Writes into the field under a selector and presses Enter. */
  async send(css: string, text: string): Promise<void> {
    await this.fill(css, text + ENTER);
  }

  async #when(css: string, text: string | null, act: (element: Element) => Promise<void>): Promise<void> {
    const attempt = async () => {
      const element = await this.#look<Element | null>('found[0] ?? null', css, text);
      if (!element) return 'not in sight';
      await act(element);
      return 'done';
    };
    await expect.poll(() => passing(attempt, 'not yet'), { message: `${css} ${text ?? ''}` }).toBe('done');
  }

  async #look<T>(give: string, ...args: unknown[]): Promise<T> {
    const { session, engine, errors } = this.browser;
    await session.top();
    for (const css of this.frames) {
      const frame = await session.run<Element | null>(`${LOOK} return found[0] ?? null;`, css, null);
      if (!frame) throw new Refused('no such frame', css);
      await session.enter(frame);
    }
    if (engine !== 'webkit') return session.run<T>(`${LOOK} return ${give};`, ...args);
    const seen = await session.run<{ it: T; errors: string[] }>(`${LISTEN} ${LOOK} return { it: ${give}, errors };`, ...args);
    errors.push(...seen.errors);
    return seen.it;
  }
}
