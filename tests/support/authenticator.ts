import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What an authenticator app with this secret shows, `steps` of 30 seconds from now (RFC 6238). */
export function authenticatorCode(secret: string, steps = 0): string {
  let bits = '';
  for (const letter of secret.replaceAll(' ', '')) bits += alphabet.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const tag = createHmac('sha1', key).update(counter).digest();
  const at = (tag.at(-1) ?? 0) & 0x0f;
  return String((tag.readUInt32BE(at) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}
