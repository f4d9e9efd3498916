import { modelReady, ownBell, said, write } from '../support/chat.ts';
import { expectAccessible } from '../support/pages.ts';
import { agentConsole, customer, decision, expect, test, visit } from '../support/offline.ts';
import type { FrameLocator, Page } from '../support/offline.ts';

test.describe.configure({ timeout: 120_000 });

const question = 'where is my parcel?? order 1042';

/** The agent takes the waiting conversation. */
async function take(console: FrameLocator): Promise<void> {
  await console.locator('h2:has-text("Waiting") + ul > li').getByRole('link').click();
  await console.getByRole('button', { name: 'Take' }).click();
}

async function reply(console: FrameLocator, text: string): Promise<void> {
  const box = console.getByRole('textbox', { name: 'Reply' });
  await box.fill(text);
  await box.press('Enter');
}

/** What is on screen after the bell was rung, taken and answered. */
async function answered(page: Page): Promise<void> {
  await expect(said(customer(page), 'agent')).toHaveText(['It left us on Tuesday.']);
  await expect(ownBell(customer(page))).toHaveText('A person is here');
}

/** The customer asks, rings the bell, and is answered by the agent. */
async function shortStory(page: Page): Promise<void> {
  const chat = customer(page);
  await modelReady(chat);
  await write(chat, question);
  await expect(said(chat, 'bot')).toHaveCount(1);
  await ownBell(chat).click();
  await take(agentConsole(page));
  await reply(agentConsole(page), 'It left us on Tuesday.');
  await answered(page);
}

test('one person is customer and agent, without a server', async ({ page, host }) => {
  await visit(page, host);
  await expect(page.getByText('What this device makes of it appears here')).toBeVisible();
  await expect(agentConsole(page).getByText('Nobody is waiting. Enjoy the quiet.')).toBeVisible();
  await shortStory(page);
  await expect(said(customer(page), 'bot')).toContainText('I am the automated assistant of Fern & Field, not a person.');
  await expect(decision(page)).toHaveText(
    /^The assistant answers.*a routine question.*Read on this device in (less than 1|\d+) ms\.$/,
  );
  await expect(page.locator('#scores')).toContainText(/Wants: track order\s*\d+ %/);

  await page.reload();
  await answered(page);
  await expect(said(customer(page), 'customer')).toHaveText([question]);
});

test('nothing on the page keeps anybody out', async ({ page, host }) => {
  await visit(page, host);
  await modelReady(customer(page));
  await write(customer(page), question);
  await expect(decision(page)).toContainText('The assistant answers');
  await expectAccessible(page);
});

test('after the first visit everything works with the network off', async ({ page, host, guard }) => {
  await visit(page, host);
  await shortStory(page);

  await host.stop();
  // Chromium looks for a new version of the worker on its own account, and says that it found nobody.
  guard.expectError(/ERR_CONNECTION_REFUSED.*service-worker\.js|service-worker\.js.*ERR_CONNECTION_REFUSED/);
  await page.reload();
  await answered(page);
  await write(customer(page), 'Thank you!');
  const console = agentConsole(page);
  await console.getByRole('link').filter({ hasText: 'Thank you!' }).click();
  await reply(console, 'You are welcome.');
  await expect(said(customer(page), 'agent').last()).toHaveText('You are welcome.');
  await console.getByRole('button', { name: 'Hand back to the assistant' }).click();
  await modelReady(customer(page));
  await write(customer(page), 'I want to talk to a person');
  await expect(decision(page)).toContainText('A person is called');
});

test('the contact page works, also with the network off and below the root of its origin', async ({
  page,
  context,
  host,
  guard,
}) => {
  await visit(page, host);
  const console = agentConsole(page);
  // With somebody there the chat has no need of it.
  await console.getByRole('switch', { name: 'Online' }).click();
  await ownBell(customer(page)).click();
  const way = customer(page).getByRole('link', { name: 'Write on the contact page' });
  await expect(way).toBeVisible();

  await host.stop();
  guard.expectError(/ERR_CONNECTION_REFUSED.*service-worker\.js|service-worker\.js.*ERR_CONNECTION_REFUSED/);
  const opened = context.waitForEvent('page');
  await way.click();
  const form = await opened;
  await expect(form).toHaveURL(`${host.address}contact/demo?language=en`);
  await expect(form.getByRole('heading', { name: 'Talk to a person at Fern & Field' })).toBeVisible();
  // Its style sheets lie in the folder, too.
  await expect(form.getByRole('button', { name: 'Send' })).toHaveCSS('border-style', 'solid');
  await form.getByLabel('Your message').fill('My fern arrived without leaves.');
  await form.getByLabel('Your e-mail address or phone number').fill('ann@example.org');
  await form.getByRole('button', { name: 'Send' }).click();
  await expect(form.getByRole('heading', { name: 'Thank you, your message is with us' })).toBeVisible();
  await expect(form.getByText('answer you at ann@example.org')).toBeVisible();
  await expect(console.locator('h2:has-text("Waiting") + ul > li').filter({ hasText: 'Used the contact form' })).toHaveCount(1);
});

/** Puts another database in the place of the demonstration's: one without its records, or none. */
async function spoilStorage(page: Page, empty: boolean): Promise<void> {
  await page.evaluate(async (empty) => {
    const done = (request: IDBOpenDBRequest) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result?.close());
        request.onerror = () => reject(request.error);
      });
    for (const { name } of await indexedDB.databases()) {
      if (!name?.startsWith('deskbell-demo:')) continue;
      await done(indexedDB.deleteDatabase(name));
      if (empty) await done(indexedDB.open(name, 1));
    }
  }, empty);
}

test('while the storage is broken the contact page says so and keeps what was typed; then it is sent again', async ({ page, context, host, guard }) => {
  guard.expectError(/the demonstration could not answer|status of 503/);
  await visit(page, host);
  const form = await context.newPage();
  const address = `${host.address}contact/demo?language=de`;
  await form.goto(address);
  // Nobody else asks for the program, which would make a new database at once.
  await page.close();
  await form.getByLabel('Ihre Nachricht').fill('Mein Farn kam ohne Blätter.');
  await form.getByLabel('Ihre E-Mail-Adresse oder Telefonnummer').fill('ann@example.org');
  await spoilStorage(form, true);
  await form.getByRole('button', { name: 'Senden' }).click();
  await expect(form.getByRole('alert')).toContainText('Das funktioniert im Moment nicht.');
  await expect(form.getByLabel('Ihre Nachricht')).toHaveValue('Mein Farn kam ohne Blätter.');
  const other = await context.newPage();
  await other.goto(address);
  await expect(other.getByRole('heading')).toContainText('Das funktioniert im Moment nicht.');

  await spoilStorage(other, false);
  await form.getByRole('button', { name: 'Senden' }).click();
  await expect(form.getByRole('heading', { name: 'Vielen Dank, Ihre Nachricht ist bei uns' })).toBeVisible();
  await visit(other, host);
  const waiting = agentConsole(other).locator('h2:has-text("Waiting") + ul > li');
  await expect(waiting.filter({ hasText: 'Mein Farn kam ohne Blätter.' })).toHaveCount(1);
});

test('a person who stops typing is not waited for here either', async ({ page, host }) => {
  await visit(page, host);
  await ownBell(customer(page)).click();
  await take(agentConsole(page));
  const typing = customer(page).getByText('Sam is typing…');
  await agentConsole(page).getByRole('textbox', { name: 'Reply' }).pressSequentially('H');
  await expect(typing).toBeVisible();
  await expect(typing, 'it ends by itself').toHaveCount(0, { timeout: 15_000 });
});

test('the loader learns the other ways to reach the shop', async ({ page, host }) => {
  await visit(page, host);
  const told = await page.evaluate(async () => (await import(new URL('loader/site/demo', location.href).href)).default);
  expect(told).toEqual({ known: true, contact: { phone: '+44 20 7946 0958', email: 'hello@fernandfield.example' } });
});

test('a worker that the browser stops is as it was when it is needed again', async ({ page, host, context }) => {
  await visit(page, host);
  const chat = customer(page);
  await ownBell(chat).click();
  await take(agentConsole(page));
  const browser = await context.newCDPSession(page);
  await browser.send('ServiceWorker.enable');
  await browser.send('ServiceWorker.stopAllWorkers');
  await reply(agentConsole(page), 'Still here.');
  await expect(said(chat, 'agent')).toHaveText(['Still here.']);
  await write(chat, 'So am I.');
  await expect(agentConsole(page).getByRole('region', { name: 'Conversation' })).toContainText('So am I.');
});

test('starting over forgets both sides', async ({ page, host }) => {
  await visit(page, host);
  await modelReady(customer(page));
  await write(customer(page), question);
  await expect(decision(page)).toContainText('The assistant answers');
  await agentConsole(page).getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('sam@demo.example with the password brass-desk-bell')).toBeVisible();

  await page.getByRole('button', { name: 'Start over' }).click();
  await expect(page.getByText('Everything is forgotten.')).toBeVisible();
  await expect(agentConsole(page).getByText('Nobody is waiting. Enjoy the quiet.')).toBeVisible();
  await expect(customer(page).getByText('An automated assistant answers first.')).toBeVisible();
  await expect(said(customer(page))).toHaveCount(0);
  await expect(page.getByText('What this device makes of it appears here')).toBeVisible();
});

test('a new version is offered, fetched in part, and finds the conversation', async ({ page, host }) => {
  await visit(page, host);
  await modelReady(customer(page));
  await write(customer(page), question);
  await expect(said(customer(page), 'bot')).toHaveCount(1);

  await host.update('shop.html', (text) => text.replace('Good roots, honest tools.', 'Good roots, better tools.'));
  const fetched: string[] = [];
  page.context().on('request', (request) => {
    if (request.serviceWorker()) fetched.push(new URL(request.url()).pathname.split('/').pop() ?? '');
  });
  await page.reload();
  await expect(said(customer(page), 'customer')).toHaveText([question]);
  await page.getByRole('button', { name: 'Use the new version' }).click();
  await expect(page.frameLocator('#customer iframe').getByText('Good roots, better tools.')).toBeVisible();
  await expect(said(customer(page), 'customer')).toHaveText([question]);
  expect(fetched.filter((name) => /\.(onnx|wasm)$/.test(name))).toEqual([]);
});

test('files that do not belong together are not started, and the next try is', async ({ page, host }) => {
  const mended = await host.spoil('widget.html');
  await page.goto(host.address);
  await expect(page.getByRole('alert')).toContainText('The demonstration did not start. Not all of its files could be fetched.');
  await mended();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('#agent')).toBeVisible({ timeout: 60_000 });
  await expect(customer(page).getByRole('textbox', { name: 'Your message' })).toBeVisible();
});
