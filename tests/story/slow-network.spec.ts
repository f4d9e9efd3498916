import { SlowLink } from '../support/slow-link.ts';
import {
  bell,
  composer,
  expect,
  openConsole,
  ringsOf,
  said,
  standing,
  test,
  waiting,
  widget,
  write,
} from '../support/deskbell.ts';

test('on slow 3G the bell rings before the chat has arrived, once, and the chat goes on from there', async ({
  newPage,
  deskbell,
}) => {
  const agentPage = await openConsole(await newPage(), deskbell);
  const link = await SlowLink.start();
  const page = await newPage({ proxy: { server: link.address } });
  const arrived: string[] = [];
  page.on('requestfinished', (request) => arrived.push(new URL(request.url()).pathname.replace(/^.*\//, '')));
  const rings = ringsOf(page.context());
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  await expect(waiting(agentPage)).toContainText('Rang the bell');
  const chat = widget(page);
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(said(chat)).toHaveText(['You asked for a person.']);
  const program = arrived.findIndex((name) => name.startsWith('widget_bg-'));
  expect(arrived.indexOf('escalation'), arrived.join(', ')).toBeLessThan(program);
  expect(new Set(rings.map(({ write }) => write)).size).toBe(1);

  await expect(composer(chat)).toBeVisible();
  await write(chat, 'where is my parcel?? order 1042');
  await expect(waiting(agentPage)).toContainText('where is my parcel?? order 1042');
  await page.close();
  await link.stop();
});
