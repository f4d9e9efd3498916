import {
  bell,
  composer,
  expect,
  gate,
  launcher,
  modelReady,
  openConsole,
  openWidget,
  readings,
  said,
  site,
  test,
  waiting,
  widget,
  write,
} from '../support/deskbell.ts';

const question = 'where is my parcel?? order 1042';

test('nothing but the loader is asked of the server before the customer opens the chat', async ({ page, deskbell }) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    if (origin === deskbell.origin) asked.push(pathname);
  });
  await page.goto(deskbell.shop.origin);
  await expect(bell(page)).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(asked).toEqual(['/embed.js']);
  await launcher(page).click();
  await expect(composer(widget(page))).toBeVisible();
  expect(asked).toContain('/widget');
});

test('a first message is read on the device and answered from the answer book by a bot that says it is one', async ({
  page,
  deskbell,
}) => {
  const chat = await openWidget(page, deskbell);
  await expect(chat.getByText('An automated assistant answers first.')).toBeVisible();
  await modelReady(chat);
  await write(chat, question);

  await expect(said(chat, 'customer')).toHaveText([question]);
  await expect(readings(chat)).toHaveText(/^Read on this device in (less than 1|\d+) ms · Order tracking$/);
  await expect(readings(chat)).toHaveAttribute('title', /never left your device.*Order tracking \(\d+% sure\)/);
  await expect(said(chat, 'bot')).toHaveCount(1);
  await expect(said(chat, 'bot')).toContainText(`I am the automated assistant of ${site.name}, not a person.`);
  await expect(said(chat, 'bot')).toContainText('You can see where your order is in the confirmation e-mail');
  await expect(chat.locator('header').getByRole('status')).toHaveText('Automated assistant');
});

test('a message is on screen before the server has heard of it', async ({ page, context, deskbell }) => {
  const shown = gate();
  await context.route('**/v1/conversations', async (route) => {
    await shown.opened;
    await route.continue();
  });
  const chat = await openWidget(page, deskbell);
  await write(chat, question);
  await expect(said(chat)).toHaveText([question]);
  shown.open();
  await expect(said(chat, 'bot')).toHaveCount(1);
});

test('a suggested reply is a message like any other', async ({ page, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await chat.getByRole('button', { name: 'Where is my order?' }).click();
  await expect(said(chat, 'customer')).toHaveText(['Where is my order?']);
  await expect(said(chat, 'bot')).toContainText('You can see where your order is');

});

test('the bell stands beside the suggestions, and one tap on it is one ring', async ({ page, newPage, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  const human = chat.locator('.chips').getByRole('button', { name: 'Talk to a human' });
  await expect(human).toBeVisible();
  await modelReady(chat);
  await chat.getByRole('button', { name: 'Where is my order?' }).click();
  await expect(said(chat, 'bot')).toHaveCount(1);
  await human.dblclick();
  await expect(said(chat).last()).toHaveText('You asked for a person.');
  await expect(said(chat, 'customer')).toHaveText(['Where is my order?']);
  await expect(human).toHaveCount(0);
  await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
});

test('a text that is too long is not taken, and says by how much', async ({ page, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await composer(chat).fill('x'.repeat(4_001));
  await composer(chat).press('Enter');
  await expect(chat.getByRole('alert')).toHaveText('This is 1 character too long.');
  await composer(chat).press('Backspace');
  await composer(chat).press('Enter');
  await expect(said(chat, 'customer')).toHaveText(['x'.repeat(4_000)]);
});
