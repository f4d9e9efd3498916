import {
  expect,
  type FrameLocator,
  launcher,
  modelReady,
  openWidget,
  type Page,
  reply,
  said,
  test,
  transcript,
  withAgent,
  write,
} from '../support/deskbell.ts';

declare global {
  interface Window {
    /** What screen readers were given to say, in the order in which it came. */
    announced: { region: string; text: string }[];
  }
}

// A screen reader says what is added inside a live region while that is live (WAI-ARIA 1.2, 6.6.2). The nearest
// aria-live decides; a role with a politeness of its own counts as one.
test.beforeEach(({ context }) =>
  context.addInitScript(() => {
    window.announced = [];
    const polite: Record<string, string> = { log: 'polite', status: 'polite', alert: 'assertive' };
    const regionOf = (node: Node) => {
      const start = node instanceof Element ? node : node.parentElement;
      for (let at = start; at; at = at.parentElement) {
        const politeness = at.getAttribute('aria-live') ?? polite[at.getAttribute('role') ?? ''];
        if (politeness) return politeness === 'off' || !at.checkVisibility() ? undefined : at;
      }
      return undefined;
    };
    const look = (root: Node) => {
      new MutationObserver((changes) => {
        const together = new Set(changes.flatMap(({ addedNodes }) => [...addedNodes]));
        const isPartOfMore = (node: Node) => {
          for (let at = node.parentNode; at; at = at.parentNode) if (together.has(at)) return true;
          return false;
        };
        for (const { type, target, addedNodes } of changes) {
          for (const added of type === 'characterData' ? [target] : addedNodes) {
            if (isPartOfMore(added)) continue;
            if (added instanceof Element && added.shadowRoot) look(added.shadowRoot);
            const region = regionOf(added);
            const text = (added instanceof HTMLElement ? added.innerText : added.textContent)?.trim();
            // A log says what is added, not what becomes of it.
            if (type === 'characterData' && region?.role === 'log') continue;
            if (!region || !text || !added.isConnected) continue;
            window.announced.push({ region: region.getAttribute('role') ?? region.tagName, text });
          }
        }
      }).observe(root, { childList: true, characterData: true, subtree: true });
    };
    look(document);
    addEventListener('DOMContentLoaded', () => {
      for (const it of document.querySelectorAll('*')) if (it.shadowRoot) look(it.shadowRoot);
    });
  }),
);

/** Where a text was announced, in the page and in all its frames. */
async function announced(page: Page, text: string): Promise<string[]> {
  const all = await Promise.all(page.frames().map((frame) => frame.evaluate(() => window.announced)));
  return all
    .flat()
    .filter((it) => it.text.includes(text))
    .map(({ region }) => region);
}

/** From now on what comes is news. */
const historyIsDrawn = (chat: FrameLocator) => expect(chat.getByRole('log')).toHaveAttribute('aria-live', 'polite');

test('a new message is announced once, by one live region; what it comes after is not said again', async ({
  page,
  newPage,
  deskbell,
}) => {
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await historyIsDrawn(chat);
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  await expect.poll(() => announced(page, 'You can see where your order is')).toEqual(['log']);
  expect(await announced(page, 'order 1042')).toEqual(['log']);

  const { agentPage } = await withAgent({ page, newPage, deskbell });
  for (const text of ['Good day.', 'It left us on Tuesday.']) {
    await reply(agentPage, text);
    await expect(said(chat, 'agent').last()).toHaveText(text);
    expect(await announced(page, text)).toEqual(['log']);
  }
  expect(await announced(page, 'You can see where your order is'), 'since the page was loaded again').toEqual([]);
  expect(await announced(page, 'Sam joined the conversation.')).toEqual(['log']);
});

test('the history is not announced, not on reload and not on opening', async ({ page, newPage, deskbell }) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await reply(agentPage, 'Good day.');
  await write(chat, 'my fern has no leaves');
  await expect(transcript(agentPage)).toContainText('my fern has no leaves');

  await page.reload();
  await launcher(page).click();
  await expect(said(chat, 'agent')).toHaveText(['Good day.']);
  await historyIsDrawn(chat);
  await launcher(page).click();
  await launcher(page).click();
  await expect(said(chat, 'agent')).toBeVisible();
  for (const text of ['Good day.', 'my fern has no leaves', 'Sam joined the conversation.', 'You asked for a person.']) {
    expect(await announced(page, text), text).toEqual([]);
  }
});

test('when the connection is back only what is new is announced', async ({ page, newPage, deskbell, guard }) => {
  guard.expectOutage(deskbell.origin);
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await historyIsDrawn(chat);
  await reply(agentPage, 'Good day.');
  await expect(said(chat, 'agent')).toHaveCount(1);
  await deskbell.kill();
  await expect(chat.getByText('Reconnecting…')).toBeVisible();
  await deskbell.start();
  await expect(chat.getByText('Reconnecting…')).toHaveCount(0);
  await reply(agentPage, 'Are you still there?');
  await expect(said(chat, 'agent')).toHaveCount(2);
  for (const text of ['Good day.', 'Are you still there?', 'Sam joined the conversation.']) {
    expect(await announced(page, text), text).toEqual(['log']);
  }
});
