import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type BrowserContext, type Page } from '@playwright/test';

/** A text that tries something, and what. */
export interface Hostile {
  tries: string;
  text: string;
}

/** Everything in `tests/corpus/hostile-texts.json`. */
export const corpus: Hostile[] = JSON.parse(readFileSync(join(import.meta.dirname, '../corpus/hostile-texts.json'), 'utf8')).map(
  ({ tries, text, times = 1 }: Hostile & { times?: number }) => ({ tries, text: text.repeat(times) }),
);

/** What messages may not have: control characters, and what makes a text read other than it is. */
const unshowable = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** A text as it is stored, if it is taken: without white space around it, with one kind of line ends. */
export function stored(text: string, most: number): string | undefined {
  const kept = text.replaceAll('\r\n', '\n').replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '');
  return kept !== '' && [...kept].length <= most && !unshowable.test(kept) ? kept : undefined;
}

/** Lays a trap in all pages of a browser that are opened from now on; gives what fell into it. */
export async function trap(context: BrowserContext, allowed: string[]): Promise<string[]> {
  const caught: string[] = [];
  await context.exposeFunction('pwned', () => caught.push('pwned() was called'));
  context.on('dialog', (dialog) => {
    caught.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    const own = ['data:', 'blob:', 'about:'].includes(url.protocol) || allowed.includes(url.origin);
    if (!own) caught.push(`a request to ${request.url()}`);
  });
  return caught;
}

/** No element and no attribute of a page and its frames was made of a text, apart from links to web addresses. */
export async function expectOnlyOurs(page: Page): Promise<void> {
  for (const frame of page.frames()) {
    const strange = await frame.evaluate(() => {
      const found: string[] = [];
      if ('pwned' in Object.prototype) found.push('a prototype');
      const foreign = 'object, embed, base, math, foreignObject, animate, dialog[open] h1, form[action*=pwned], input[name=password]';
      for (const element of document.body.querySelectorAll('*')) {
        if (element.matches(foreign)) found.push(element.outerHTML);
        for (const { name, value } of element.attributes) {
          const address = /^(href|src|action|formaction|data|poster|srcdoc)$/.test(name);
          const web = element.matches('a[rel~=noopener][rel~=nofollow]') && /^https?:/.test(value);
          const dialled = element.matches('a[dir=ltr]') && /^(tel|mailto):/.test(value);
          if (name.startsWith('on') || (name === 'style' && value.includes('pwned'))) found.push(element.outerHTML);
          if (address && !web && !dialled && /pwned|javascript|vbscript|text\/html/i.test(value)) found.push(element.outerHTML);
        }
      }
      return found;
    });
    expect(strange, frame.url()).toEqual([]);
  }
}
