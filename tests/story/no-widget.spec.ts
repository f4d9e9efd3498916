import {
  bell,
  blockWebAssembly,
  expect,
  expectAccessible,
  launcher,
  openConsole,
  type Page,
  take,
  test,
  transcript,
  waiting,
  widget,
} from '../support/deskbell.ts';

/** Writes to a person on the contact page that is open. */
async function useContactPage(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Talk to a person at Fern & Field' })).toBeVisible();
  await page.getByLabel('Your message').fill('My fern arrived without leaves.');
  await page.getByLabel('Your e-mail address or phone number').fill('ann@example.org');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('heading', { name: 'Thank you, your message is with us' })).toBeVisible();
  await expect(page.getByText('answer you at ann@example.org')).toBeVisible();
}

/** The message is where agents see it. */
async function expectInInbox(agentPage: Page): Promise<void> {
  const card = waiting(agentPage).filter({ hasText: 'Used the contact form' });
  await expect(card).toHaveCount(1);
  await take(agentPage, card);
  await expect(transcript(agentPage)).toContainText('My fern arrived without leaves.');
  await expect(agentPage.getByText('ann@example.org').first()).toBeVisible();
}

test('without WebAssembly the bell rings, and leads to the contact page, where a person reads what is written', async ({
  page,
  context,
  newPage,
  deskbell,
  guard,
}) => {
  await blockWebAssembly({ context, deskbell, guard });
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  const chat = widget(page);
  await expect(chat.getByText('The chat did not start on this device.')).toBeVisible();
  await expect(chat.getByText('A person has been called.', { exact: true })).toBeVisible();
  await expect(bell(page)).toBeVisible();
  const agentPage = await openConsole(await newPage(), deskbell);
  await expect(waiting(agentPage)).toContainText('Rang the bell');

  const opened = context.waitForEvent('page');
  await chat.getByRole('link', { name: 'Talk to a human' }).click();
  await useContactPage(await opened);
  await expectInInbox(agentPage);
});

test('past a frame that the page blocks the bell rings all the same, and a person can be written to', async ({
  page,
  context,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(/Content Security Policy directive: "frame-src 'none'"/);
  await page.goto(`${deskbell.shop.origin}/host/no-frames.html`);
  await bell(page).click();
  await expect(page.getByText('A person has been called. The chat did not load here').last()).toBeVisible();
  await expect(waiting(await openConsole(await newPage(), deskbell))).toContainText('Rang the bell');
  await expectAccessible(page);
  const contact = page.getByRole('link', { name: 'Write to a person' });
  const opened = context.waitForEvent('page');
  await contact.click();
  await useContactPage(await opened);
});

test('a frame that says nothing is given up, and the next press tries it again', async ({ page, context, deskbell }) => {
  const silent = '**/widget?*';
  await context.route(silent, (route) => route.fulfill({ contentType: 'text/html', body: '<p>Nothing here</p>' }));
  await page.goto(deskbell.shop.origin);
  await launcher(page).click();
  await expect(page.getByText('The chat did not load. You can still reach a person:').last()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Write to a person' })).toBeVisible();

  await context.unroute(silent);
  await bell(page).click();
  await expect(widget(page).getByText('Your request is stored.').first()).toBeVisible();
});

test('without JavaScript the shop page leads to a form that reaches an agent', async ({ newPage, deskbell }) => {
  const page = await newPage({ javaScriptEnabled: false });
  await page.goto(deskbell.shop.origin);
  await page.getByRole('link', { name: 'Talk to a human' }).click();
  await useContactPage(page);
  await expectInInbox(await openConsole(await newPage(), deskbell));
});

test('the contact page says what is missing and keeps what was written', async ({ page, deskbell, guard }) => {
  guard.expectError(new RegExp(`status of 422.*${deskbell.origin}/contact/demo`));
  await page.goto(`${deskbell.origin}/contact/demo`);
  await expectAccessible(page);
  await page.locator('form').evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await page.getByLabel('Your message').fill('My fern arrived without leaves.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('alert')).toContainText('Please write an e-mail address or a phone number');
  await expect(page.getByLabel('Your message')).toHaveValue('My fern arrived without leaves.');
  await expectAccessible(page);
});

test('an open chat that fails keeps the bell and the way out in sight', async ({ page, context, deskbell, guard }) => {
  await blockWebAssembly({ context, deskbell, guard });
  await page.goto(deskbell.shop.origin);
  await launcher(page).click();
  const wayOut = widget(page).getByRole('link', { name: 'Talk to a human' });
  await expect(widget(page).getByText('The chat did not start on this device.')).toBeVisible();
  await expect(wayOut).toBeVisible();
  await expect(bell(page)).toBeEnabled();
  await expectAccessible(page);
  await launcher(page).click();
  await expect(wayOut).toBeHidden();
});
