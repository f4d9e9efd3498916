import { expect, type Page, reply, said, test, transcript, withAgent, write } from '../support/deskbell.ts';

const hostile = `<img src=x onerror="document.title='broken'"> <b>bold</b> &amp; <script>document.title='broken'</script>`;

/** No page and no frame of it has taken any of the text for markup. */
async function expectUntouched(page: Page): Promise<void> {
  for (const frame of page.frames()) {
    expect(await frame.evaluate(() => document.title)).not.toContain('broken');
    await expect(frame.locator('img, b:has-text("bold"), script:has-text("broken")')).toHaveCount(0);
  }
}

test('what customer and agent write is text on both sides, never markup', async ({ page, newPage, deskbell }) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await write(chat, hostile);
  await expect(said(chat, 'customer')).toHaveText([hostile]);
  await expect(transcript(agentPage)).toContainText(hostile);
  await reply(agentPage, hostile);
  await expect(said(chat, 'agent')).toHaveText([hostile]);
  await expect(transcript(agentPage).getByText(hostile)).toHaveCount(2);
  await expectUntouched(page);
  await expectUntouched(agentPage);
});

test('a web address in an answer is a link that gives nothing away; anything else is not a link', async ({
  page,
  newPage,
  deskbell,
}) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await reply(agentPage, 'See https://example.org/care?plant=fern, not javascript:alert(1)');
  const links = said(chat, 'agent').getByRole('link');
  await expect(links).toHaveText(['https://example.org/care?plant=fern']);
  await expect(links).toHaveAttribute('rel', 'noopener noreferrer nofollow');
  await expect(links).toHaveAttribute('target', '_blank');
});
