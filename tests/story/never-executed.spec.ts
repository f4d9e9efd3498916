import { readFile } from 'node:fs/promises';
import { corpus, expectOnlyOurs, stored, trap } from '../support/hostile.ts';
import {
  type Deskbell,
  expect,
  goOnline,
  openConsole,
  openWidget,
  ownBell,
  reply,
  said,
  site,
  take,
  test,
  transcript,
  waiting,
  write,
} from '../support/deskbell.ts';

/** Markup that is short enough for a name, and calls the trap. */
const name = '"><img src=x onerror=pwned()>{shop}</title>';

const messages = corpus.map(({ text }) => stored(text, 4000)).filter((text) => text !== undefined);

/** The first texts each by itself, the others together: a customer may send 20 messages a minute. */
function packed(texts: string[], alone: number): string[] {
  const parcels: string[] = [];
  for (const text of texts) {
    const joined = `${parcels.at(-1)}\n\n${text}`;
    if (parcels.length > alone && [...joined].length <= 2000) parcels[parcels.length - 1] = joined;
    else parcels.push(text);
  }
  return parcels;
}

const signIn = { email: 'mallory@demo.example', name, password: 'brass-desk-bell' };

async function renameEverybody(deskbell: Deskbell): Promise<void> {
  const phone = ['--phone', `1"onmouseover="pwned()`, '--email', 'javascript:pwned()'];
  await deskbell.cli(['site', 'add', '--key', site.key, '--replace', '--name', name, ...phone]);
  const who = ['--email', signIn.email, '--name', name, '--password-stdin'];
  await deskbell.cli(['agent', 'add', ...who], `${signIn.password}\n`);
}

test('nothing that anybody writes is executed: in chat, console, downloaded file and contact page it is text', async ({
  page,
  newPage,
  deskbell,
}) => {
  test.setTimeout(180_000);
  await renameEverybody(deskbell);
  const desk = await newPage();
  const own = [deskbell.origin, deskbell.shop.origin];
  const caught = [await trap(page.context(), own), await trap(desk.context(), own)];
  const agentPage = await openConsole(desk, deskbell, signIn);
  const chat = await openWidget(page, deskbell);
  const title = await page.title();
  await ownBell(chat).click();
  const contact = corpus.find(({ tries }) => tries === 'out of an attribute and its element')?.text ?? '';
  await chat.getByLabel('How can we reach you if you leave?').fill(contact);
  await chat.getByRole('button', { name: 'Leave it' }).click();
  await expect(chat.locator('.standing')).toContainText(contact);
  await goOnline(agentPage);
  await take(agentPage, waiting(agentPage));
  await expect(transcript(agentPage)).toContainText(contact);

  // All that is markup or an address in some language comes first in the corpus.
  const replies = packed(messages, 50);
  for (const [n, text] of replies.entries()) {
    await reply(agentPage, text);
    await expect(said(chat, 'agent'), text).toHaveCount(n + 1);
  }
  const parcels = packed(messages, 8);
  for (const [n, text] of parcels.entries()) {
    await write(chat, text);
    await expect(said(chat, 'customer'), text).toHaveCount(n + 1);
  }
  await expect(chat.getByText('Sending…')).toHaveCount(0);
  const texts = (who: 'agent' | 'customer') => said(chat, who).evaluateAll((all) => all.map((it) => it.textContent));
  expect(await texts('agent')).toEqual(replies);
  expect(await texts('customer')).toEqual(parcels);
  await expect(transcript(agentPage)).toContainText(parcels.at(-1) ?? '');
  const shown = (await transcript(agentPage).textContent()) ?? '';
  for (const text of [...replies, ...parcels]) expect(shown).toContain(text);
  expect(await page.title()).toBe(title);
  await expectOnlyOurs(page);
  await expectOnlyOurs(agentPage);

  await chat.getByRole('button', { name: 'More options' }).click();
  const download = page.waitForEvent('download');
  await chat.getByRole('button', { name: 'Download this conversation' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^[\w -]+\.txt$/);
  const kept = await readFile(await file.path(), 'utf8');
  for (const text of [name, ...replies, ...parcels]) expect(kept).toContain(text);
  expect(caught.flat()).toEqual([]);
  // The trap would have caught something.
  await chat.locator('body').evaluate(() => (window as unknown as { pwned: () => Promise<void> }).pwned());
  expect(caught.flat()).toEqual(['pwned() was called']);
});

test('the contact page shows what was typed, and the names of shop and customer, as text', async ({ page, newPage, deskbell, guard }) => {
  test.setTimeout(180_000);
  await renameEverybody(deskbell);
  guard.expectError(new RegExp(`status of 422.*${deskbell.origin}/contact/demo`));
  const caught = await trap(page.context(), [deskbell.origin]);
  await page.goto(`${deskbell.origin}/contact/demo`);
  const message = page.getByLabel('Your message');
  const contact = page.getByRole('textbox').last();
  const short = corpus.filter(({ text }) => /[<>"'`&\u2028]/.test(text) && !/[\r\n\0]/.test(text) && [...text].length <= 200);
  // A space is something to the browser, and nothing to us: the form comes back with what was typed.
  for (const { text, tries } of short) {
    await message.fill(text);
    await contact.fill(' ');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await expect(message, tries).toHaveValue(text);
    await expectOnlyOurs(page);
  }
  const markup = short.filter(({ text }) => text.includes('<') && stored(text, 200));
  for (const { text, tries } of markup) {
    await page.goto(`${deskbell.origin}/contact/demo?language=${encodeURIComponent(text)}`);
    await message.fill(text);
    await contact.fill(text);
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(page.locator('strong'), tries).toHaveText(text);
    await expectOnlyOurs(page);
  }
  const agentPage = await newPage();
  caught.push(...(await trap(agentPage.context(), [deskbell.origin])));
  await openConsole(agentPage, deskbell, signIn);
  await expect(waiting(agentPage)).toHaveCount(markup.length);
  await expectOnlyOurs(agentPage);
  expect(caught).toEqual([]);
});
