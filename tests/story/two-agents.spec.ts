import {
  expect,
  gate,
  goOnline,
  openConsole,
  openWidget,
  ownBell,
  replyBox,
  said,
  standing,
  take,
  test,
  transcript,
  waiting,
  write,
} from '../support/deskbell.ts';

const kim = { email: 'kim@demo.example', name: 'Kim', password: 'another-desk-bell' };

test('two agents take the same conversation: one gets it, the other is told who has it', async ({
  page,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(/status of 409.*\/claim/);
  await deskbell.cli(['agent', 'add', '--email', kim.email, '--name', kim.name, '--password-stdin'], `${kim.password}\n`);
  const sams = await openConsole(await newPage(), deskbell);
  const kims = await openConsole(await newPage(), deskbell, kim);
  await goOnline(sams);
  await goOnline(kims);
  const chat = await openWidget(page, deskbell);
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('2 people are online');

  // Kim's click is on its way while Sam's arrives.
  const samHasIt = gate();
  await kims.route('**/claim', async (route) => {
    await samHasIt.opened;
    await route.continue();
  });
  await waiting(kims).getByRole('link').click();
  await kims.getByRole('button', { name: 'Take' }).click();
  await take(sams, waiting(sams));
  await expect(said(chat).last()).toContainText('Sam joined');
  samHasIt.open();

  await expect(kims.getByText('Sam has taken this conversation already. Nothing is left for you to do here.')).toBeVisible();
  await expect(replyBox(kims)).toHaveCount(0);
  await expect(waiting(kims)).toHaveCount(0);
  await write(chat, 'who is there?');
  await expect(transcript(sams)).toContainText('who is there?');
  await expect(said(chat)).toHaveText(['You asked for a person.', /^Sam joined/, 'who is there?']);
});

test('each customer has an agent of their own, and neither hears the other', async ({ page, newPage, deskbell }) => {
  await deskbell.cli(['agent', 'add', '--email', kim.email, '--name', kim.name, '--password-stdin'], `${kim.password}\n`);
  const sams = await openConsole(await newPage(), deskbell);
  const kims = await openConsole(await newPage(), deskbell, kim);
  const ann = await openWidget(page, deskbell);
  await ownBell(ann).click();
  await take(sams, waiting(sams));
  const ben = await openWidget(await newPage(), deskbell);
  await ownBell(ben).click();
  await take(kims, waiting(kims));

  await write(ann, 'this is Ann');
  await write(ben, 'this is Ben');
  await expect(transcript(sams)).toContainText('this is Ann');
  await expect(transcript(kims)).toContainText('this is Ben');
  await expect(transcript(sams)).not.toContainText('this is Ben');
  await expect(transcript(kims)).not.toContainText('this is Ann');
  await expect(ann.locator('header').getByRole('status')).toHaveText('Sam, a person');
  await expect(ben.locator('header').getByRole('status')).toHaveText('Kim, a person');
});
