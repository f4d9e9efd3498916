import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { expect, test as base, type FrameLocator, type Page } from '@playwright/test';
import { Guard } from './guard.ts';

export { expect } from '@playwright/test';
export type { FrameLocator, Page } from '@playwright/test';

/** What `cargo xtask dist --demo` wrote. */
const built = join(import.meta.dirname, '../../target/offline-demo');

const types: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** A web server that knows nothing but files, with the offline demonstration in a folder of it. */
export class StaticHost {
  #server: Server | undefined;
  #port = 0;

  private constructor(readonly folder: string) {}

  /** Starts on a free port with a copy of the built demonstration. */
  static async start(): Promise<StaticHost> {
    const folder = await mkdtemp(join(tmpdir(), 'deskbell-offline-'));
    await cp(built, folder, { recursive: true });
    const host = new StaticHost(folder);
    await host.start();
    return host;
  }

  /** The demonstration's address, not at the root of its origin. */
  get address(): string {
    return `http://localhost:${this.#port}/some/folder/`;
  }

  /** Answers again, at the same address. */
  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      this.#file(request.url ?? '/').then(
        ({ type, body }) => response.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=600' }).end(body),
        () => response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such file.\n'),
      );
    }).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** From now on every connection is refused, as with the network off. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** Puts a new version of a file there, and of the service worker, which lists it with its hash. */
  async update(path: string, change: (text: string) => string): Promise<void> {
    const file = join(this.folder, path);
    const worker = join(this.folder, 'service-worker.js');
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const old = await readFile(file, 'utf8');
    await writeFile(file, change(old));
    await writeFile(worker, (await readFile(worker, 'utf8')).replaceAll(hash(old), hash(change(old))));
  }

  /** Puts other content in a file's place, as in the middle of an update; what it gives puts the old content back. */
  async spoil(path: string): Promise<() => Promise<void>> {
    const file = join(this.folder, path);
    const old = await readFile(file);
    await writeFile(file, 'something else');
    return () => writeFile(file, old);
  }

  async #file(url: string): Promise<{ type: string; body: Buffer }> {
    const below = new URL(url, 'http://localhost').pathname.split('/some/folder/')[1] ?? 'missing';
    const path = join(this.folder, normalize(below || 'index.html'));
    return { type: types[extname(path)] ?? 'application/octet-stream', body: await readFile(path) };
  }
}

/** `test` with the demonstration on a static host, no Deskbell server, and no tolerance for browser errors. */
export const test = base.extend<{ guard: Guard; host: StaticHost }>({
  guard: [
    async ({}, use) => {
      const guard = new Guard();
      await use(guard);
      expect(guard.unexpected(), 'errors in the browser').toEqual([]);
    },
    { auto: true },
  ],

  host: async ({}, use) => {
    const host = await StaticHost.start();
    await use(host);
    await host.stop();
    await rm(host.folder, { recursive: true });
  },

  // The host comes first, so that pages are closed before it stops.
  context: async ({ host: _, context, guard }, use) => {
    guard.watch(context);
    await use(context);
  },
});

/** The customer's chat in the shop on the left. */
export function customer(page: Page): FrameLocator {
  return page.frameLocator('#customer iframe').frameLocator('deskbell-chat iframe');
}

/** The agent's console on the right. */
export function agentConsole(page: Page): FrameLocator {
  return page.frameLocator('#agent iframe');
}

/** What the strip says about the latest message. */
export function decision(page: Page) {
  return page.locator('#decision');
}

/** Visits the demonstration and waits until both sides are there. */
export async function visit(page: Page, host: StaticHost): Promise<void> {
  await page.goto(host.address);
  // A hundred files are fetched first, which takes a busy machine its time.
  await expect(page.locator('#agent')).toBeVisible({ timeout: 60_000 });
  await expect(customer(page).getByRole('textbox', { name: 'Your message' })).toBeVisible();
  await expect(agentConsole(page).getByRole('switch', { name: 'Online' })).toBeVisible();
}
