import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as passing } from 'node:timers/promises';

/** What is called slow 3G: 400 ms until an answer begins, and 400 kbit/s for all answers together. */
const slow3g = { latency: 400, bytesPerMilli: 50 };

/** Bytes that travel in one turn; every answer under way gets its turns. */
const packet = 1_460;

/** A network like that of a phone in the country: a browser's proxy, between it and every server. */
export class SlowLink {
  readonly #server: Server;
  #line: Promise<unknown> = Promise.resolve();

  private constructor() {
    this.#server = createServer((incoming, outgoing) => void this.#pass(incoming, outgoing));
  }

  /** Starts on a free port. */
  static async start(): Promise<SlowLink> {
    const link = new SlowLink();
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  /** For a browser's proxy settings. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method, headers, url = '' } = incoming;
    await passing(slow3g.latency);
    const asked = request(url, { method, headers });
    outgoing.on('close', () => asked.destroy());
    incoming.pipe(asked);
    try {
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        for (let from = 0; from < chunk.length; from += packet) {
          await this.#turn();
          outgoing.write(chunk.subarray(from, from + packet));
        }
      }
      outgoing.end();
    } catch {
      // One of the two went away.
      outgoing.destroy();
    }
  }

  #turn(): Promise<unknown> {
    this.#line = this.#line.then(() => passing(packet / slow3g.bytesPerMilli));
    return this.#line;
  }
}
