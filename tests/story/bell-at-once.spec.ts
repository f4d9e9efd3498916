import {
  bell,
  blockStorage,
  blockWebAssembly,
  composer,
  expect,
  gate,
  launcher,
  openConsole,
  reply,
  ringsOf,
  said,
  standing,
  take,
  test,
  waiting,
  widget,
} from '../support/deskbell.ts';

test('one press rings before the chat has arrived; the chat goes on from there, and nothing rings twice', async ({
  page,
  context,
  newPage,
  deskbell,
}) => {
  const agentPage = await openConsole(await newPage(), deskbell);
  const arrives = gate();
  await context.route('**/widget_bg-*.wasm', async (route) => {
    await arrives.opened;
    await route.continue();
  });
  const rings = ringsOf(context);
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  await expect(waiting(agentPage)).toContainText('Rang the bell');
  const chat = widget(page);
  await expect(chat.getByText('A person has been called. The chat is loading…')).toBeVisible();
  await launcher(page).click();
  await expect(launcher(page)).toHaveText('Waiting for a person');
  await launcher(page).click();

  arrives.open();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(said(chat)).toHaveText(['You asked for a person.']);
  expect(rings).toHaveLength(1);
  await take(agentPage, waiting(agentPage));
  await reply(agentPage, 'Good day.');
  await expect(said(chat, 'agent')).toHaveText(['Good day.']);
});

test('a ring that is still under way when the chat comes up is one ring', async ({ page, context, newPage, deskbell }) => {
  const answered = gate();
  await context.route('**/escalation', async (route) => {
    await answered.opened;
    await route.continue();
  });
  const rings = ringsOf(context);
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  const chat = widget(page);
  await expect(composer(chat)).toBeVisible();
  await expect(standing(chat)).toContainText('Calling a person');
  answered.open();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(said(chat)).toHaveText(['You asked for a person.']);
  expect(new Set(rings.map(({ write }) => write)).size).toBe(1);
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
});

test('a ring that the server cannot hear is kept, is sent when it can, and outlives the page', async ({
  page,
  context,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectOutage(deskbell.origin);
  // Never arrives.
  await context.route('**/widget_bg-*.wasm', () => {});
  await page.goto(deskbell.shop.origin);
  await launcher(page).click();
  const chat = widget(page);
  await expect(chat.getByText('The chat is loading…', { exact: true })).toBeVisible();
  await deskbell.kill();
  await chat.getByRole('button', { name: 'Talk to a human' }).click();
  await expect(chat.getByText('Your request is kept on this device and tried again by itself.')).toBeVisible();
  await page.goto('about:blank');

  await deskbell.start();
  const agentPage = await openConsole(await newPage(), deskbell);
  await expect(waiting(agentPage)).toHaveCount(0);
  await page.goto(deskbell.shop.origin);
  await launcher(page).click();
  await expect(waiting(agentPage)).toContainText('Rang the bell');
  await expect(chat.getByText('A person has been called. The chat is loading…')).toBeVisible();
});

test('a bell pressed while the server is down leads to the contact page, and rings by itself when it is back', async ({
  page,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectOutage(deskbell.origin);
  // Here the frame is the only way, so that the ring is the frame's.
  guard.expectError(/violates .* Content Security Policy/);
  await page.goto(`${deskbell.shop.origin}/host/strict-policy.html`);
  await expect(bell(page)).toBeVisible();
  await deskbell.kill();
  await bell(page).click();
  await expect(page.getByText('The chat did not load. You can still reach a person:').last()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Write to a person' })).toHaveAttribute(
    'href',
    `${deskbell.origin}/contact/demo`,
  );

  await deskbell.start();
  await expect(standing(widget(page))).toContainText('Your request is stored.');
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
});

test('with storage blocked and no chat the ring still reaches a person', async ({
  page,
  context,
  newPage,
  deskbell,
  guard,
}) => {
  await blockWebAssembly({ context, deskbell, guard });
  await blockStorage(context);
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  await expect(widget(page).getByText('A person has been called.', { exact: true })).toBeVisible();
  await expect(waiting(await openConsole(await newPage(), deskbell))).toContainText('Rang the bell');
});
