import {
  bell,
  composer,
  expect,
  launcher,
  modelReady,
  openConsole,
  ownBell,
  replyBox,
  said,
  standing,
  tabTo,
  test,
  waiting,
  widget,
} from '../support/deskbell.ts';

test('a customer reaches an answer and a person with the keyboard alone', async ({ page, deskbell }) => {
  const keys = page.keyboard;
  await page.goto(deskbell.shop.origin);
  await expect(launcher(page)).toBeVisible();
  await expect(page.locator('body')).toBeFocused();
  await tabTo(page, launcher(page));
  await expect(launcher(page)).toHaveAttribute('aria-expanded', 'false');
  await keys.press('Enter');
  await expect(launcher(page)).toHaveAttribute('aria-expanded', 'true');

  const chat = widget(page);
  await expect(composer(chat)).toBeFocused();
  await modelReady(chat);
  await keys.type('where is my parcel??');
  await keys.press('Shift+Enter');
  await keys.type('order 1042');
  await keys.press('Enter');
  await expect(said(chat, 'customer')).toHaveText(['where is my parcel?? order 1042']);
  await expect(composer(chat)).toHaveValue('');
  await expect(composer(chat)).toBeFocused();
  await expect(said(chat, 'bot')).toHaveCount(1);

  await tabTo(page, ownBell(chat), 'Shift+Tab');
  await keys.press('Space');
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(ownBell(chat)).toBeFocused();

  await keys.press('Escape');
  await expect(launcher(page)).toHaveAttribute('aria-expanded', 'false');
  await expect(launcher(page)).toBeFocused();
});

test("the loader's bell works with the keyboard, and when the chat's own replaces it focus goes on to the chat", async ({ page, deskbell }) => {
  await page.goto(deskbell.shop.origin);
  await expect(bell(page)).toBeVisible();
  await tabTo(page, bell(page));
  await page.keyboard.press('Enter');
  await expect(standing(widget(page))).toContainText('Your request is stored.');
  await expect(bell(page)).toBeHidden();
  await expect(composer(widget(page))).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(launcher(page)).toBeFocused();
  await expect(launcher(page)).toHaveAttribute('aria-expanded', 'false');
  await expect(bell(page)).toBeVisible();
});

test('an agent signs in, takes a conversation and answers with the keyboard alone', async ({
  page,
  newPage,
  deskbell,
}) => {
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  await expect(standing(widget(page))).toContainText('Your request is stored.');

  const agentPage = await openConsole(await newPage(), deskbell);
  await tabTo(agentPage, agentPage.getByRole('switch', { name: 'Online' }));
  await agentPage.keyboard.press('Space');
  await expect(agentPage.getByText('You are online')).toBeVisible();
  await tabTo(agentPage, waiting(agentPage).getByRole('link'));
  await agentPage.keyboard.press('Enter');
  await expect(agentPage.getByRole('button', { name: 'Take' })).toBeVisible();
  await tabTo(agentPage, agentPage.getByRole('button', { name: 'Take' }));
  await agentPage.keyboard.press('Enter');
  await expect(replyBox(agentPage)).toBeFocused();
  await agentPage.keyboard.type('Hello from the keyboard.');
  await agentPage.keyboard.press('Enter');
  await expect(said(widget(page), 'agent')).toHaveText(['Hello from the keyboard.']);
});
