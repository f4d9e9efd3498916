import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between the browsers and a Deskbell server, to send other scripts than the server's. */
export class Relay {
  private constructor(
    readonly server: Server,
    readonly origin: string,
  ) {}

  /** On a free port before the server at `target`. What `replace` gives for a path is sent in place of its content. */
  static async start(target: string, replace: (path: string) => string | undefined): Promise<Relay> {
    const server = createServer((asked, response) => {
      const { url, method, headers } = asked;
      // With the browser's own `host`, so that the server takes the relay's origin for its own.
      const passed = request(target + url, { method, headers }, (answered) => {
        const script = replace(url ?? '');
        if (script === undefined) {
          response.writeHead(answered.statusCode ?? 502, answered.headers);
          answered.pipe(response);
          return;
        }
        // The server's headers stay: without its policies a browser does not start a worker.
        const { 'content-length': _, 'content-encoding': __, 'transfer-encoding': ___, ...kept } = answered.headers;
        answered.resume();
        response.writeHead(200, kept).end(script);
      });
      passed.on('error', () => response.destroy());
      response.on('close', () => passed.destroy());
      asked.pipe(passed);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Relay(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
