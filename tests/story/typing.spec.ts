import { expect, reply, replyBox, said, test, withAgent } from '../support/deskbell.ts';

test('the customer sees that the person types, until the message is there', async ({ page, newPage, deskbell }) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  const typing = chat.getByText('Sam is typing…');
  await expect(typing).toHaveCount(0);
  await replyBox(agentPage).pressSequentially('Let me');
  await expect(typing).toBeVisible();
  await reply(agentPage, 'Let me look.');
  await expect(said(chat, 'agent')).toHaveText(['Let me look.']);
  await expect(typing).toHaveCount(0);
});

test('a person who stops typing is not waited for', async ({ page, newPage, deskbell }) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  const typing = chat.getByText('Sam is typing…');
  await replyBox(agentPage).pressSequentially('H');
  await expect(typing).toBeVisible();
  await expect(typing, 'it ends by itself').toHaveCount(0, { timeout: 15_000 });
});
