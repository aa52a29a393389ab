/** A photo for a card: a picture of any size, made into a JPEG that is small enough. */

/** Widths of which the largest that fits is taken, and how much is left out of each. */
const WIDTHS = [240, 180, 140, 100, 72, 48];
const QUALITIES = [0.7, 0.5, 0.35, 0.2];

/** The JPEG of at most so many octets in base64; nothing where the file is no picture that this browser reads. */
export async function toPhoto(file: Blob, most: number): Promise<string | undefined> {
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return undefined;
  const canvas = document.createElement('canvas');
  for (const width of WIDTHS) {
    canvas.width = Math.min(width, picture.width);
    canvas.height = Math.max(1, Math.round((canvas.width * picture.height) / picture.width));
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      const base64 = canvas.toDataURL('image/jpeg', quality).split(',')[1] ?? '';
      if (base64 !== '' && octetsOf(base64) <= most) return base64;
    }
  }
  return undefined;
}

/** How many octets base64 stands for. */
export const octetsOf = (base64: string): number => (base64.length / 4) * 3 - (base64.match(/=*$/)?.[0].length ?? 0);
