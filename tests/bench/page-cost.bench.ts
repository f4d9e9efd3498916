import { writeFile } from 'node:fs/promises';
import { setTimeout as passing } from 'node:timers/promises';
import { type Browser, devices } from '@playwright/test';
import { composer, type Deskbell, expect, launcher, type Page, test, widget } from '../support/deskbell.ts';
import { categories, scriptMillis, type TraceEvent } from './trace.ts';

// `cargo xtask budget` reads what was measured.
const result = process.env.DESKBELL_BENCH_RESULT;

/** Pages with no script but ours, by the language that the loader speaks there. */
const pages = { en: '/', de: '/host/settings.html' };
const loads = 5;
const slowdown = 4;
/** A page is watched for so many milliseconds after its network went quiet: longer than any timer of the loader. */
const watched = 1_000;

/** Visits a page as for the first time and does nothing there. */
async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(launcher(page)).toBeVisible();
  await page.waitForLoadState('networkidle');
  await passing(watched);
}

/** What is asked of our server before the customer reaches for the chat, with the bytes that come, headers included. */
async function requests(page: Page, desk: Deskbell, path: string): Promise<{ path: string; bytes: number }[]> {
  const asked = new Map<string, { path: string; bytes: number }>();
  const cdp = await page.context().newCDPSession(page);
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) => {
    const { origin, pathname } = new URL(request.url);
    if (origin === desk.origin) asked.set(requestId, { path: pathname, bytes: 0 });
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const known = asked.get(requestId);
    if (known) known.bytes = encodedDataLength;
  });
  await cdp.send('Network.enable');
  await visit(page, desk.shop.origin + path);
  return [...asked.values()];
}

/** The processor's time of all scripts on the page, in milliseconds, until nothing happens any more. */
async function scripts(browser: Browser, page: Page, desk: Deskbell, path: string, slowed: boolean): Promise<number> {
  const cdp = await page.context().newCDPSession(page);
  if (slowed) await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await browser.startTracing(page, { categories });
  // Nothing of ours looks into the page meanwhile: it would be counted.
  await page.goto(desk.shop.origin + path);
  await page.waitForLoadState('networkidle');
  await passing(watched);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return scriptMillis(traceEvents, `${desk.origin}/embed.js`);
}

/**
 * How far content moved, as the browser counts it, from the page's beginning until the chat is open: the page's own
 * content at any time, and the loader's unless the customer has just asked for that, as by opening the chat.
 */
async function layoutShift(page: Page, desk: Deskbell): Promise<number> {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    interface Shift extends PerformanceEntry {
      value: number;
      hadRecentInput: boolean;
      /** No node is told of what is in a shadow root, where all of the loader's is. */
      sources: { node: Node | null }[];
    }
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as Shift[]) {
        if (!hadRecentInput || sources.some(({ node }) => node)) shifts.push(value);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const sum = () => page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((a, b) => a + b, 0));
  await page.goto(desk.shop.origin);
  await launcher(page).click();
  await expect(composer(widget(page))).toBeVisible();
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  const moved = await sum();
  // A measure that cannot find anything is worth nothing.
  await page.evaluate(() => document.body.prepend(Object.assign(document.createElement('div'), { style: 'height: 200px' })));
  await expect.poll(sum, { message: 'a shift is found where there is one' }).toBeGreaterThan(moved);
  return moved;
}

test('what the loader costs a page', async ({ browser, deskbell, newPage }) => {
  if (!result) throw new Error('to be called by `cargo xtask budget`');
  const fresh = async <Measured>(measure: (page: Page) => Promise<Measured>, device = {}): Promise<Measured> => {
    const page = await newPage(device);
    const measured = await measure(page);
    await page.context().close();
    return measured;
  };
  const visits = [];
  for (const [language, path] of Object.entries(pages)) {
    const asked = await fresh((page) => requests(page, deskbell, path));
    const script_millis: number[] = [];
    const slowed_millis: number[] = [];
    for (let load = 0; load < loads; load += 1) {
      script_millis.push(await fresh((page) => scripts(browser, page, deskbell, path, false)));
      slowed_millis.push(await fresh((page) => scripts(browser, page, deskbell, path, true)));
    }
    visits.push({ language, requests: asked, script_millis, slowed_millis });
  }
  const layout_shifts = [];
  for (const [screen, device] of [['desktop', {}], ['phone', devices['Pixel 7']]] as const) {
    layout_shifts.push({ screen, moved: await fresh((page) => layoutShift(page, deskbell), device) });
  }
  await writeFile(result, JSON.stringify({ chromium: browser.version(), slowdown, visits, layout_shifts }));
});
