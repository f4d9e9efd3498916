import type { BrowserContext } from '@playwright/test';
import type { Guard } from './guard.ts';
import type { Deskbell } from './server.ts';

/** Whatever is WebAssembly does not arrive: no widget, and nothing that reads messages. */
export async function blockWebAssembly(story: { context: BrowserContext; deskbell: Deskbell; guard: Guard }): Promise<void> {
  story.guard.expectError(new RegExp(`ERR_FAILED.*${story.deskbell.origin}/assets/widget_bg-[0-9a-f]+\\.wasm`));
  await story.context.route('**/*.wasm', (route) => route.abort());
}

/** Whoever looks at `localStorage` is refused, on all pages and in all frames. */
export async function blockStorage(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const denied = () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    };
    Object.defineProperty(window, 'localStorage', { get: denied });
  });
}
