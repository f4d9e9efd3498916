import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import type { Shop } from './shop.ts';

const program = process.env.DESKBELL_PROGRAM ?? join(import.meta.dirname, '../../target/debug/deskbell');

/** The demo site's key, as in the shop page's script tag. */
export const site = { key: 'demo', name: 'Fern & Field' };

/** The agent that every story has. */
export const agent = { email: 'sam@demo.example', name: 'Sam', password: 'brass-desk-bell' };

/** Runs the command line over a database; gives what it printed. Rejects if it fails. */
export async function deskbell(database: string, args: string[], input = ''): Promise<string> {
  const running = promisify(execFile)(program, ['--database', database, ...args]);
  running.child.stdin?.end(input);
  return (await running).stdout;
}

/** A real server: its own process, port and SQLite file. */
export class Deskbell {
  /** What the server has logged so far. */
  log = '';
  #child: ChildProcess | undefined;

  private constructor(
    readonly database: string,
    readonly origin: string,
    readonly shop: Shop,
  ) {}

  /** Starts on a free port and waits until the server says that it is ready. */
  static async start(database: string, shop: Shop): Promise<Deskbell> {
    const server = new Deskbell(database, `http://127.0.0.1:${await freePort()}`, shop);
    shop.deskOrigin = server.origin;
    await server.start();
    return server;
  }

  /** Starts again on the same port and database, after `kill` or `stop`. */
  async start(): Promise<void> {
    const listen = new URL(this.origin).host;
    const child = spawn(program, ['--database', this.database, 'serve', '--listen', listen], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    }
    const ready = async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with status ${child.exitCode}:\n${this.log}`);
      return fetch(`${this.origin}/readyz`).then(
        (response) => response.status,
        () => 'no answer',
      );
    };
    await expect.poll(ready, { message: 'the server is ready', intervals: [20, 50], timeout: 45_000 }).toBe(200);
  }

  /** `kill -9`: no time to put anything in order. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks the server to stop, as an operator does. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Runs the command line over this server's database. */
  cli(args: string[], input?: string): Promise<string> {
    return deskbell(this.database, args, input);
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
