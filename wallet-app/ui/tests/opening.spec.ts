import { expect, test } from './world.ts';

const review = { level: 1, name: 'Corner Pharmacy asks you' } as const;

test('a picture of a code is opened from a file, dropped, or pasted', async ({ holder, page, world }) => {
  await holder.opened('cards');
  await holder.go('Scan');
  const { png } = await world.ask('over18');
  await page.locator('input[type=file]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') });
  await expect(page.getByRole('heading', review)).toBeFocused();
  for (const way of ['drop', 'paste'] as const) {
    await page.keyboard.press('Escape');
    await holder.go('History');
    await page.evaluate(
      ([kind, encoded]) => {
        const transfer = new DataTransfer();
        const octets = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([octets], 'code.png', { type: 'image/png' }));
        const event = kind === 'drop' ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }) : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true });
        document.body.dispatchEvent(event);
      },
      [way, png] as const,
    );
    await expect(page.getByRole('heading', review)).toBeFocused();
  }
});

test('the camera sees a code, and stops when the screen goes', async ({ holder, page, world }) => {
  const { png } = await world.ask('over18');
  // A camera that looks at the counter's screen.
  await page.addInitScript((encoded) => {
    navigator.mediaDevices.getUserMedia = async () => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [1280, 960];
      const code = new Image();
      code.src = `data:image/png;base64,${encoded}`;
      await code.decode();
      const pen = canvas.getContext('2d');
      setInterval(() => {
        if (!pen) return;
        pen.fillStyle = '#8a9';
        pen.fillRect(0, 0, 1280, 960);
        pen.drawImage(code, 240, 80, 800, 800);
      }, 50);
      const stream = canvas.captureStream(20);
      Object.assign(globalThis, { track: stream.getTracks()[0] });
      return stream;
    };
  }, png);
  await page.goto('/');
  await holder.opened('cards');
  await holder.go('Scan');
  await page.getByRole('button', { name: 'Use the camera' }).click();
  await expect(page.getByRole('heading', review)).toBeFocused();
  expect(await page.evaluate(() => (globalThis as unknown as { track: MediaStreamTrack }).track.readyState)).toBe('ended');
});

test('where no camera can be used, it says what does as well', async ({ holder, page }) => {
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await holder.opened('cards');
  await holder.go('Scan');
  await page.getByRole('button', { name: 'Use the camera' }).click();
  await expect(page.getByText('A picture of the code does just as well')).toBeVisible();
});

test('what is no code of ours says what to do', async ({ holder, page }) => {
  await holder.opened('cards');
  await holder.go('Scan');
  await page.getByLabel('Paste a link or text').fill('https://example.org/');
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByRole('alert')).toContainText('That cannot be read');
  const white = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    return canvas.toDataURL('image/png').split(',')[1] ?? '';
  });
  await page.locator('input[type=file]').setInputFiles({ name: 'white.png', mimeType: 'image/png', buffer: Buffer.from(white, 'base64') });
  await expect(page.getByText('There is no code in this picture')).toBeVisible();
  await page.locator('input[type=file]').setInputFiles({ name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('nothing') });
  await expect(page.getByText('There is no code in this picture')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a link opens what it is, after the PIN where the wallet is closed', async ({ holder, page, world }) => {
  await holder.begin('cards');
  await world.tell('link', { text: (await world.ask('over18')).text });
  await expect(page.getByText('Something waits to be opened')).toBeVisible();
  await holder.unlock();
  await expect(page.getByRole('heading', review)).toBeFocused();
  await world.tell('link', { text: (await world.ask('unknown')).text });
  // It neither replaces what is under review nor gets lost.
  await expect(page.getByText('A link wants to open. It waits until you are done here.')).toBeVisible();
  await expect(page.getByRole('heading', review)).toBeVisible();
  await page.getByRole('button', { name: 'Don’t share' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Lucky Sweepstakes asks you' })).toBeFocused();
});
