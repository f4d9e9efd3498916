import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The server origin that the pages are written with. */
const writtenOrigin = 'http://127.0.0.1:8737';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * The merchant's pages on an origin of their own (`localhost`, where the Deskbell server is `127.0.0.1`):
 * `/` is the shop page and `/host/NAME.html` a page of `tests/host`. A page may have response headers of its own in
 * a file `NAME.headers.json` beside it. Wherever a page or header names the Deskbell server, the running one is put.
 */
export class Shop {
  /** Where the Deskbell server of the present story is. */
  deskOrigin = writtenOrigin;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      this.#page(pathname).then(
        ({ headers, body }) => response.writeHead(200, headers).end(body),
        () => response.writeHead(404, { 'content-type': 'text/plain' }).end('The shop has no such page.\n'),
      );
    });
  }

  /** Starts on a free port. */
  static async start(): Promise<Shop> {
    const shop = new Shop();
    shop.#server.listen(0, '127.0.0.1');
    await once(shop.#server, 'listening');
    return shop;
  }

  /** Such as `http://localhost:40123`. */
  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #page(path: string): Promise<{ headers: Record<string, string>; body: string }> {
    const file = join(root, path === '/' ? 'web/demo/shop.html' : path.startsWith('/host/') ? `tests${path}` : `web/demo${path}`);
    const own = await readFile(file.replace(/\.html$/, '.headers.json'), 'utf8').catch(() => '{}');
    const type = types[extname(file)] ?? 'application/octet-stream';
    return {
      headers: { 'content-type': type, 'cache-control': 'no-store', ...JSON.parse(this.#placed(own)) },
      body: this.#placed(await readFile(file, 'utf8')),
    };
  }

  #placed(text: string): string {
    return text.replaceAll(writtenOrigin, this.deskOrigin);
  }
}
