import type { BrowserContext, Page } from '@playwright/test';

/** Says who the customer is, null for nobody, as the shop's page does. */
export const identify = (page: Page, customer: object | null) =>
  page.evaluate((who) => window.Deskbell?.('identify', who), customer);

/** What the shop's page tells the loader on every load, before the loader is there. */
export const sayOnEveryPage = (page: Page, ...call: unknown[]) =>
  page.addInitScript((said) => {
    if (window !== window.top) return;
    window.Deskbell ??= (...later: unknown[]) => (window.Deskbell!.q ??= []).push(later);
    (window.Deskbell as (...now: unknown[]) => void)(...said);
  }, call);

/** What the loader keeps in the shop page's storage for the next page; null if nothing. */
export const keptForNextPage = (page: Page) => page.evaluate(() => localStorage.getItem('deskbell:demo'));

/** A bell as a request carries it. One that is repeated keeps its `write`. */
export interface Ring {
  conversation: string;
  write: string;
}

/** The bells that a customer's pages send from now on. */
export function ringsOf(customer: BrowserContext): Ring[] {
  const rings: Ring[] = [];
  customer.on('request', (request) => {
    const conversation = /\/v1\/conversations\/([^/]+)\/escalation$/.exec(request.url())?.[1];
    if (conversation) rings.push({ conversation, write: request.postDataJSON().write });
  });
  return rings;
}
