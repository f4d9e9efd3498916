import { expect, type Frame, launcher, type Page, reply, said, test, widget, withAgent } from '../support/deskbell.ts';
import type { Deskbell } from '../support/deskbell.ts';

declare global {
  interface Window {
    /** Notes that were started, in Hz, with what the browser did with them. */
    heard: { pitch: number; state: string }[];
  }
}

// Every way that a page has to make itself heard.
test.beforeEach(({ context }) =>
  context.addInitScript(() => {
    window.heard = [];
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (when) {
      const note = { pitch: this.frequency.value, state: 'asked for' };
      window.heard.push(note);
      this.addEventListener('ended', () => (note.state = this.context.state));
      start.call(this, when);
    };
    for (const other of [AudioBufferSourceNode.prototype, HTMLMediaElement.prototype]) {
      for (const name of ['start', 'play']) {
        if (!(name in other)) continue;
        Object.defineProperty(other, name, {
          value: () => Promise.resolve(void window.heard.push({ pitch: 0, state: 'another way' })),
        });
      }
    }
  }),
);

/** The document that the chat runs in. */
function frameOf(page: Page, { origin }: Deskbell): Frame {
  const frame = page.frames().find((it) => it.url().startsWith(`${origin}/widget`));
  if (!frame) throw new Error('the page has no chat');
  return frame;
}

test('nothing is played until the customer wants to hear new messages; then the sign is heard at once and for each', async ({
  page,
  newPage,
  deskbell,
}) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  const frame = frameOf(page, deskbell);
  const heard = () => frame.evaluate(() => window.heard);
  await reply(agentPage, 'Good day.');
  await expect(said(chat, 'agent')).toHaveCount(1);
  expect(await heard(), 'off by default').toEqual([]);

  await chat.getByRole('button', { name: 'More options' }).click();
  await chat.getByRole('switch', { name: 'Sound for new messages' }).click();
  const sign = [
    { pitch: 659, state: 'running' },
    { pitch: 880, state: 'running' },
  ];
  await expect.poll(heard, 'how it sounds, to the end').toEqual(sign);
  await reply(agentPage, 'It left us on Tuesday.');
  await expect(said(chat, 'agent')).toHaveCount(2);
  await expect.poll(heard).toEqual([...sign, ...sign]);

  await chat.getByRole('textbox', { name: 'Your message' }).fill('thank you');
  await chat.getByRole('textbox', { name: 'Your message' }).press('Enter');
  await expect(said(chat, 'customer')).toHaveCount(1);
  expect(await heard(), 'what the customer says makes no sound').toHaveLength(4);

  await chat.getByRole('button', { name: 'More options' }).click();
  await chat.getByRole('switch').click();
  await reply(agentPage, 'You are welcome.');
  await expect(said(chat, 'agent')).toHaveCount(3);
  expect(await heard(), 'switched off again').toHaveLength(4);
  expect(await page.evaluate(() => window.heard), "nothing sounds in the shop's page").toEqual([]);
});

test('after a reload the history makes no sound, and the next message does', async ({ page, newPage, deskbell }) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await chat.getByRole('button', { name: 'More options' }).click();
  await chat.getByRole('switch', { name: 'Sound for new messages' }).click();
  await reply(agentPage, 'Good day.');
  await expect(said(chat, 'agent')).toHaveCount(1);

  await page.reload();
  await launcher(page).click();
  await expect(said(widget(page), 'agent')).toHaveText(['Good day.']);
  await expect(widget(page).getByRole('log')).toHaveAttribute('aria-live', 'polite');
  const heard = () => frameOf(page, deskbell).evaluate(() => window.heard.map(({ pitch }) => pitch));
  expect(await heard()).toEqual([]);
  await reply(agentPage, 'Are you still there?');
  await expect(said(widget(page), 'agent')).toHaveCount(2);
  await expect.poll(heard).toEqual([659, 880]);
});
