import {
  bell,
  expect,
  expectAccessible,
  gate,
  goOnline,
  launcher,
  modelReady,
  openConsole,
  openWidget,
  ownBell,
  reply,
  said,
  standing,
  take,
  test,
  waiting,
  widget,
  withAgent,
  write,
} from '../support/deskbell.ts';

// States that last a moment, or that only some devices know; `accessibility.spec.ts` has the way from closed to a person.
// Colours are measured when nothing moves.
// Every look at everything takes its time.
test.describe.configure({ timeout: 180_000 });
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const question = 'where is my parcel?? order 1042';

test('axe finds nothing while the chat is loading, and once a person was called meanwhile', async ({
  page,
  context,
  deskbell,
}) => {
  const arrives = gate();
  await context.route('**/widget_bg-*.wasm', async (route) => {
    await arrives.opened;
    await route.continue();
  });
  await page.goto(deskbell.shop.origin);
  await launcher(page).click();
  const chat = widget(page);
  await expect(chat.getByText('The chat is loading…', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await launcher(page).click();
  await bell(page).click();
  await expect(chat.getByText('A person has been called. The chat is loading…')).toBeVisible();
  await expectAccessible(page);
  arrives.open();
  await expect(standing(chat)).toContainText('Your request is stored.');
});

test('axe finds nothing in the options, under a hidden number, or in a queue with people there', async ({
  page,
  newPage,
  deskbell,
}) => {
  const agentPage = await openConsole(await newPage(), deskbell);
  await goOnline(agentPage);
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await chat.getByRole('button', { name: 'More options' }).click();
  await expect(chat.getByRole('switch', { name: 'Sound for new messages' })).toBeVisible();
  await expectAccessible(page);

  await write(chat, 'please charge 4242 4242 4242 4242 instead');
  await expect(chat.getByRole('button', { name: 'Send as written' })).toBeVisible();
  await expectAccessible(page);

  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('You are next in line.');
  await chat.getByText('Cannot wait? Say how we can reach you').click();
  await expect(chat.getByRole('textbox', { name: 'How can we reach you if you leave?' })).toBeVisible();
  await expectAccessible(page);

  await take(agentPage, waiting(agentPage));
  await agentPage.getByRole('textbox', { name: 'Reply' }).pressSequentially('H');
  await expect(chat.getByText('Sam is typing…')).toBeVisible();
  await expectAccessible(page);
});

test('axe finds nothing when the chat is offline with something unsent, or when something was refused', async ({
  page,
  context,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`(ERR_INTERNET_DISCONNECTED|status of 422).*${deskbell.origin}/v1/`));
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await write(chat, question);
  await expect(said(chat, 'bot')).toHaveCount(1);
  await context.setOffline(true);
  await write(chat, 'is anybody there?');
  await expect(chat.getByText('Waiting for the network: it will be sent by itself')).toBeVisible();
  await expectAccessible(page);

  const refusal = { code: 'invalid_value', message: 'Not this.', request_id: '1' };
  await context.route('**/messages', (route) => route.fulfill({ status: 422, json: refusal }));
  await context.setOffline(false);
  await expect(chat.getByRole('button', { name: 'Try again' })).toBeVisible();
  await expectAccessible(page);
});

for (const [device, options] of [
  ['with forced colours', { forcedColors: 'active' }],
  ['at 400 % zoom', { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }],
] as const) {
  test(`axe finds nothing ${device}, from the first page to the question after a person`, async ({ newPage, deskbell }) => {
    const page = await newPage({ ...options, reducedMotion: 'reduce' });
    await page.goto(deskbell.shop.origin);
    await expect(launcher(page)).toBeVisible();
    await expectAccessible(page);
    const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
    await reply(agentPage, 'Good day, see https://example.org');
    await expect(said(chat, 'agent')).toHaveCount(1);
    await write(chat, 'thank you');
    await expect(said(chat, 'customer')).toHaveCount(1);
    await expectAccessible(page);
    await agentPage.getByRole('button', { name: 'Close', exact: true }).click();
    await expect(chat.getByRole('radio')).toHaveCount(5);
    await expectAccessible(page);
  });
}

test("axe finds nothing on the agent's pages with forced colours or at 400 % zoom", async ({ page, newPage, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is stored.');
  const agentPage = await newPage({ reducedMotion: 'reduce', forcedColors: 'active' });
  await agentPage.goto(`${deskbell.origin}/console`);
  await expect(agentPage.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expectAccessible(agentPage);
  await openConsole(agentPage, deskbell);
  await expectAccessible(agentPage);
  await take(agentPage, waiting(agentPage));
  await reply(agentPage, 'Good day.');
  await expect(said(chat, 'agent')).toHaveCount(1);
  await expectAccessible(agentPage);

  await agentPage.emulateMedia({ forcedColors: 'none' });
  await agentPage.setViewportSize({ width: 320, height: 256 });
  await expectAccessible(agentPage);
});

test('axe finds nothing on the contact page, filled in, refused and thanked', async ({ page, deskbell, guard }) => {
  guard.expectError(new RegExp(`status of 422.*${deskbell.origin}/contact/demo`));
  for (const forcedColors of ['none', 'active'] as const) {
    await page.emulateMedia({ forcedColors });
    await page.goto(`${deskbell.origin}/contact/demo`);
    await expectAccessible(page);
    await page.getByLabel('Your message').fill('My fern arrived without leaves.');
    await page.getByLabel('Your e-mail address or phone number').fill(' ');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel('Your e-mail address or phone number').fill('ann@example.org');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(page.getByRole('heading', { name: 'Thank you, your message is with us' })).toBeVisible();
    await expectAccessible(page);
  }
});
