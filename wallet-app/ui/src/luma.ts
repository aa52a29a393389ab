/** Pictures as the wallet reads them: one octet a pixel. */

export interface Luma {
  width: number;
  pixels: Uint8Array<ArrayBuffer>;
}

/** How light each pixel is, on white where it is see-through. */
export function luma(width: number, rgba: ArrayLike<number>): Luma {
  const pixels = new Uint8Array(Math.floor(rgba.length / 4));
  for (let i = 0; i < pixels.length; i += 1) {
    const [r = 0, g = 0, b = 0, a = 0] = [rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2], rgba[4 * i + 3]];
    const light = (r * 77 + g * 150 + b * 29) >> 8;
    pixels[i] = 255 - (((255 - light) * a) / 255);
  }
  return { width, pixels };
}

/** A size with the same shape whose longer side is at most `longest`. */
export function fit(width: number, height: number, longest: number): [width: number, height: number] {
  const by = Math.min(1, longest / Math.max(width, height, 1));
  return [Math.max(1, Math.round(width * by)), Math.max(1, Math.round(height * by))];
}

/** Draws something at a size and reads it. */
export function read(source: CanvasImageSource, width: number, height: number, canvas = document.createElement('canvas')): Luma {
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) return { width, pixels: new Uint8Array() };
  pen.drawImage(source, 0, 0, width, height);
  return luma(width, pen.getImageData(0, 0, width, height).data);
}

/** Sizes at which a picture is tried: a code in a large photograph is often read better in a smaller one. */
const SIZES = [1600, 900, 2600];

/** A picture file at each size that is worth a try. */
export async function* pictures(file: Blob): AsyncGenerator<Luma> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    // A drawing without a size of its own has none here either.
    const [width, height] = [image.naturalWidth || 1000, image.naturalHeight || 1000];
    const tried = new Set<number>();
    for (const size of SIZES) {
      const [w, h] = fit(width, height, size);
      if (tried.has(w)) continue;
      tried.add(w);
      yield read(image, w, h);
    }
  } finally {
    URL.revokeObjectURL(url);
  }
}
