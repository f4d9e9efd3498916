import { expect, modelReady, openWidget, ownBell, said, standing, test, write } from '../support/deskbell.ts';

const question = 'where is my parcel?? order 1042';

/** Erases a conversation, as an operator does. */
async function erase(deskbell: { cli: (args: string[]) => Promise<string> }, conversation: string): Promise<void> {
  const told = await deskbell.cli(['customer', 'erase', '--conversation', conversation, '--yes']);
  expect(told).toContain('Left: 0 conversations.');
}

for (const open of [true, false]) {
  const when = open ? 'while the chat is open' : 'before the shop is visited again';
  test(`a customer who was erased ${when} can write and ring as on the first day`, async ({ page, deskbell, guard }) => {
    guard.expectError(new RegExp(`404.*${deskbell.origin}/v1/conversations/`));
    const opened = page.waitForRequest(/\/v1\/conversations\/[^/]+\/events/);
    const chat = await openWidget(page, deskbell);
    await modelReady(chat);
    await write(chat, question);
    await expect(said(chat, 'bot')).toHaveCount(1);
    const conversation = new URL((await opened).url()).pathname.split('/').at(-2)!;

    if (!open) await page.goto('about:blank');
    await erase(deskbell, conversation);
    if (!open) await openWidget(page, deskbell);
    await expect(said(chat, 'customer')).toHaveCount(0);

    await write(chat, 'where do I find my invoice');
    await expect(said(chat, 'bot')).toHaveCount(1);
    await expect(said(chat, 'customer')).toHaveText(['where do I find my invoice']);
    await ownBell(chat).click();
    await expect(standing(chat)).toContainText('Your request is stored.');
  });
}
