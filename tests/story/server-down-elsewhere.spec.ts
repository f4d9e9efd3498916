import {
  bell,
  expect,
  modelReady,
  openConsole,
  openWidget,
  ownBell,
  said,
  standing,
  test,
  waiting,
  widget,
  write,
} from '../support/deskbell.ts';

test.beforeEach(({ guard, deskbell }) => {
  guard.expectOutage(deskbell.origin);
});

test('a shop whose chat server is down when the page loads is not disturbed, and has its bell on the next page', async ({
  page,
  newPage,
  deskbell,
}) => {
  await deskbell.kill();
  await page.goto(deskbell.shop.origin);
  await expect(page.getByRole('heading').first()).toBeVisible();
  await expect(page.locator('deskbell-chat')).toHaveCount(0);
  // The shop's own code may call all the same.
  await page.evaluate(() => window.Deskbell?.('open'));
  await deskbell.start();
  await page.reload();
  await bell(page).click();
  await expect(standing(widget(page))).toContainText('Your request is stored.');
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
});

test('that an answer helped is kept while the server is down, and arrives later', async ({ page, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  await deskbell.kill();
  await chat.getByRole('group', { name: 'Did this help?' }).getByRole('button', { name: 'Yes' }).click();
  await expect(chat.getByText('Good to know. Thank you.')).toBeVisible();
  const judged = page.waitForResponse((response) => response.url().endsWith('/feedback') && response.ok());
  await deskbell.start();
  await judged;
  await expect(ownBell(chat)).toBeEnabled();
});

test('how to be reached is kept while the server is down, and agents know it when it is back', async ({
  page,
  newPage,
  deskbell,
}) => {
  const chat = await openWidget(page, deskbell);
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Nobody is online right now.');
  await deskbell.kill();
  await chat.getByRole('textbox', { name: 'How can we reach you if you leave?' }).fill('ann@example.org');
  await chat.getByRole('button', { name: 'Leave it' }).click();
  await expect(chat.locator('.reach')).toHaveText('We can reach you at ann@example.org.');
  const left = page.waitForResponse((response) => response.url().endsWith('/contact') && response.ok());
  await deskbell.start();
  await left;
  const agentPage = await openConsole(await newPage(), deskbell);
  await expect(waiting(agentPage)).toContainText('Contact left');
});

test('a contact form that is sent while the server is down arrives once when the customer has the page tried again', async ({
  page,
  newPage,
  deskbell,
}) => {
  await page.goto(`${deskbell.origin}/contact/demo`);
  await page.getByLabel('Your message').fill('My fern arrived without leaves.');
  await page.getByLabel('Your e-mail address or phone number').fill('ann@example.org');
  await deskbell.kill();
  const failed = page.waitForEvent('requestfailed', (request) => request.isNavigationRequest());
  await page.getByRole('button', { name: 'Send' }).click();
  await failed;
  await deskbell.start();
  // The browser's own page offers no more than that; it has kept the form.
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Thank you, your message is with us' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Thank you, your message is with us' })).toBeVisible();
  const agentPage = await openConsole(await newPage(), deskbell);
  await expect(waiting(agentPage)).toHaveCount(1);
  await expect(waiting(agentPage)).toContainText('My fern arrived without leaves.');
});
