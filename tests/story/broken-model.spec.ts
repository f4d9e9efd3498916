import {
  expect,
  openConsole,
  openWidget,
  ownBell,
  readings,
  said,
  standing,
  test,
  waiting,
  write,
} from '../support/deskbell.ts';

for (const { what, file, broken } of [
  { what: 'is not there', file: 'model-*.onnx', broken: () => ({ status: 404, body: 'There is no such file.\n' }) },
  { what: 'is something else', file: 'model-*.onnx', broken: () => ({ body: Buffer.alloc(4_096, 7) }) },
  { what: 'ends in the middle', file: 'model-*.onnx', broken: (whole: Buffer) => ({ body: whole.subarray(0, whole.length / 2) }) },
  {
    what: "has the page of a hotel's network for a description",
    file: 'manifest-*.json',
    broken: () => ({ contentType: 'text/html', body: '<!doctype html><title>Welcome</title>' }),
  },
]) {
  test(`where the model ${what} a message is read on the server and answered, and the bell rings`, async ({
    page,
    context,
    newPage,
    deskbell,
    guard,
  }) => {
    guard.expectError(new RegExp(`status of 404.*${deskbell.origin}/assets/model-[0-9a-f]+\\.onnx`));
    await context.route(`**/assets/${file}`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ ...broken(await response.body()) });
    });
    const chat = await openWidget(page, deskbell);
    await expect(chat.getByText('Messages are read on the server')).toBeVisible();
    await write(chat, 'where is my parcel?? order 1042');
    await expect(said(chat, 'bot')).toContainText('You can see where your order is');
    await expect(readings(chat)).toHaveText('Read on the server · Order tracking');
    await ownBell(chat).click();
    await expect(standing(chat)).toContainText('Your request is stored.');
    await expect(waiting(await openConsole(await newPage(), deskbell))).toHaveCount(1);
  });
}
