/** A handle of an element, as WebDriver hands it about. */
export type Element = Record<string, string>;

/** Under this name an element's handle travels (W3C WebDriver, 12.1). */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** The key Enter in typed text (W3C WebDriver, 17.4.2). */
export const ENTER = '\uE007';

/** What a driver refused. */
export class Refused extends Error {
  constructor(
    /** WebDriver's own code, such as `no such frame`. */
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }

  /** Whether the page may still get there: it was loading, or was being drawn anew. */
  get passes(): boolean {
    return [
      'element click intercepted',
      'element not interactable',
      'javascript error',
      'no such element',
      'no such frame',
      'no such window',
      'stale element reference',
    ].includes(this.code);
  }
}

/**
 * A browser under the W3C WebDriver protocol: the few commands that the stories need, spoken with `fetch`. The
 * libraries on npm bring programs that fetch browsers (selenium-webdriver: 29 MB, Node.js 22) or much more than that.
 */
export class Session {
  private constructor(readonly address: string) {}

  /** Has the driver at `origin` start its browser. */
  static async start(origin: string, capabilities: object): Promise<Session> {
    const { sessionId } = (await call('POST', `${origin}/session`, {
      capabilities: { alwaysMatch: capabilities },
    })) as { sessionId: string };
    return new Session(`${origin}/session/${sessionId}`);
  }

  /** Ends the browser. */
  async end(): Promise<void> {
    await call('DELETE', this.address);
  }

  /** Visits an address and waits until the page is loaded. */
  async visit(url: string): Promise<void> {
    await this.#post('url', { url });
  }

  /** From now on commands mean the page itself. */
  async top(): Promise<void> {
    await this.#post('frame', { id: null });
  }

  /** From now on commands mean the page in this frame. */
  async enter(frame: Element): Promise<void> {
    await this.#post('frame', { id: frame });
  }

  /** Runs a function's body in the page. */
  async run<T>(body: string, ...args: unknown[]): Promise<T> {
    return (await this.#post('execute/sync', { script: body, args })) as T;
  }

  /** Presses the pointer on the middle of an element; refused if something else lies over it. */
  async click(element: Element): Promise<void> {
    await this.#post(`element/${element[ELEMENT]}/click`, {});
  }

  /** Types into an element. */
  async type(element: Element, text: string): Promise<void> {
    await this.#post(`element/${element[ELEMENT]}/value`, { text });
  }

  /** Takes the network from Firefox, or gives it back; its own programs alone can. WebKit's driver has nothing like it. */
  async setOffline(offline: boolean): Promise<void> {
    await this.#post('moz/context', { context: 'chrome' });
    // Connections to this machine would outlive it.
    const script = `Services.io.offline = arguments[0]; Services.obs.notifyObservers(null, 'net:cancel-all-connections');`;
    await this.#post('execute/sync', { script, args: [offline] });
    await this.#post('moz/context', { context: 'content' });
  }

  #post(command: string, body: object): Promise<unknown> {
    return call('POST', `${this.address}/${command}`, body);
  }
}

/** Whether the driver at `origin` is there and takes a session. */
export async function takesSessions(origin: string): Promise<boolean> {
  const status = (await call('GET', `${origin}/status`).catch(() => undefined)) as { ready?: boolean } | undefined;
  return status?.ready ?? false;
}

async function call(method: string, url: string, body?: object): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const { value } = (await answer.json()) as { value: { error?: string; message?: string } };
  if (!answer.ok) throw new Refused(value.error ?? `${answer.status}`, value.message ?? '');
  return value;
}
