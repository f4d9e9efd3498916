import { expect, openWidget, readings, said, test, write } from '../support/deskbell.ts';

const question = 'where is my parcel?? order 1042';

test('without the model a message is answered all the same, read on the server', async ({
  page,
  context,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`ERR_FAILED.*${deskbell.origin}/assets/model-[0-9a-f]+\\.onnx`));
  await context.route('**/*.onnx', (route) => route.abort());
  const chat = await openWidget(page, deskbell);
  await expect(chat.getByText('Messages are read on the server')).toBeVisible();
  await write(chat, question);
  await expect(said(chat, 'bot')).toContainText('You can see where your order is');
  await expect(readings(chat)).toHaveText('Read on the server · Order tracking');
});

test('a message does not wait for a model that is still on its way', async ({ page, context, deskbell }) => {
  await context.route('**/*.onnx', () => {});
  const chat = await openWidget(page, deskbell);
  await write(chat, question);
  await expect(said(chat, 'customer')).toHaveText([question]);
  await expect(said(chat, 'bot')).toContainText('You can see where your order is', { timeout: 5_000 });
  await expect(readings(chat)).toHaveText('Read on the server · Order tracking');
});
