import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { freePort } from '../../support/server.ts';
import { Session, takesSessions } from './webdriver.ts';

/** The engines beside Chromium, which has stories of its own. */
export type Engine = 'firefox' | 'webkit';

/** Names that the runner gives: where it found a program. */
const firefox = process.env.DESKBELL_FIREFOX ?? 'firefox-esr';
const geckodriver = process.env.DESKBELL_GECKODRIVER ?? 'geckodriver';
const webkitDriver = process.env.DESKBELL_WEBKIT_DRIVER ?? 'WebKitWebDriver';
const xvfb = process.env.DESKBELL_XVFB ?? 'Xvfb';

/** A process with all that it has started. */
class Group {
  /** What all of them wrote. */
  said = '';
  readonly #leader: ChildProcess;
  readonly #silent: Promise<unknown>;
  readonly #kill = () => this.#signal();
  #failed: Error | undefined;

  constructor(
    readonly program: string,
    args: string[],
    env: Record<string, string> = {},
  ) {
    this.#leader = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.#leader.on('error', (error) => (this.#failed = error));
    for (const stream of [this.#leader.stdout, this.#leader.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    }
    this.#silent = once(this.#leader, 'close').catch(() => {});
    process.on('exit', this.#kill);
  }

  /** Waits until one of them writes this, and gives the part in brackets. */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.said)?.[1];
      if (found) return found;
      this.alive();
      await Promise.race([once(this.#leader.stdout ?? this.#leader, 'data'), this.#silent]);
    }
  }

  /** Throws if it has ended. */
  alive(): void {
    if (this.#failed) throw this.#failed;
    const { exitCode, signalCode } = this.#leader;
    if (exitCode !== null || signalCode) throw new Error(`${this.program} ended:\n${this.said}`);
  }

  /** Ends all of them, and waits for the last word of each. */
  async end(): Promise<void> {
    this.#signal();
    await this.#silent;
    process.off('exit', this.#kill);
  }

  #signal(): void {
    if (!this.#leader.pid) return;
    try {
      process.kill(-this.#leader.pid, 'SIGKILL');
    } catch {
      // Nobody of them is left.
    }
  }
}

/** A screen that nobody looks at, for browsers that must have one. */
export class Display {
  private constructor(
    readonly name: string,
    readonly group: Group,
  ) {}

  static async start(): Promise<Display> {
    // It chooses a free number and writes it there.
    const group = new Group(xvfb, ['-displayfd', '1', '-screen', '0', '1280x1000x24', '-nolisten', 'tcp']);
    return new Display(`:${await group.says(/^(\d+)\n/m)}`, group);
  }
}

/**
 * A driver and its browser: one person's, with an empty profile.
 *
 * Firefox writes on its output what a script of any page or frame logs with `console.error` and what nobody caught:
 * all of that is found. WebKitGTK tells neither there nor to its driver while it is automated, so that a listener is
 * put into each page and frame when a story first looks at it; what happens before, or in a worker, is not found.
 * Neither tells of requests that failed and of what a policy stopped: the stories in Chromium do.
 */
export class Browser {
  /** What went wrong in the pages, as far as it is known by now. */
  readonly errors: string[] = [];
  #ended = false;

  private constructor(
    readonly engine: Engine,
    readonly session: Session,
    readonly group: Group,
    readonly folder: string,
  ) {}

  static async start(engine: Engine, display: string | undefined): Promise<Browser> {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'deskbell-browser-'));
    const home = { HOME: folder, TMPDIR: folder, XDG_RUNTIME_DIR: folder };
    const group =
      engine === 'firefox'
        ? // The last is for `setOffline`.
          new Group(geckodriver, ['--host', '127.0.0.1', '--port', `${port}`, '--websocket-port', '0', '--allow-system-access'], home)
        : new Group(webkitDriver, ['--host=127.0.0.1', `--port=${port}`], {
            ...home,
            DISPLAY: display ?? '',
            GDK_BACKEND: 'x11',
            NO_AT_BRIDGE: '1',
            // WebKit refuses to run its sandbox as root.
            ...(process.getuid?.() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }),
          });
    try {
      const origin = `http://127.0.0.1:${port}`;
      const ready = async () => (group.alive(), takesSessions(origin));
      await expect.poll(ready, { message: `${engine}'s driver is ready`, intervals: [20, 50] }).toBe(true);
      return new Browser(engine, await Session.start(origin, capabilities[engine]), group, folder);
    } catch (error) {
      await group.end();
      await rm(folder, { recursive: true, force: true });
      throw new Error(`${engine} did not start:\n${group.said}`, { cause: error });
    }
  }

  /** Ends the browser; after that `errors` has all that can be known. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    // A browser that does not answer any more is ended all the same.
    await this.session.end().catch(() => {});
    await this.group.end();
    await rm(this.folder, { recursive: true, force: true });
    this.errors.push(...this.group.said.split('\n').filter((line) => ERROR.test(line)));
  }
}

/**
 * An error of a page. Firefox's own parts have some, too: exceptions at addresses that are no web addresses, and
 * messages that begin with the part's name, where a page's begin with a value as source code has it.
 */
const ERROR = /^console\.error: (?!\w+: )|^JavaScript error: https?:/;

const capabilities: Record<Engine, object> = {
  firefox: {
    browserName: 'firefox',
    'moz:firefoxOptions': {
      binary: firefox,
      args: ['-headless', '-width', '1280', '-height', '900'],
      prefs: {
        'devtools.console.stdout.content': true,
        'devtools.console.stdout.chrome': false,
        'browser.dom.window.dump.enabled': true,
        'intl.accept_languages': 'en-US, en',
        // Our servers are here, and offline means those, too.
        'network.disable-localhost-when-offline': true,
      },
    },
  },
  // The driver knows its browser, MiniBrowser, by itself.
  webkit: {},
};
