/** Pictures as the wallet reads them: one octet a pixel. */

export interface Luma {
  width: number;
  pixels: Uint8Array<ArrayBuffer>;
}

/** How light each pixel is. What is see-through was drawn on white. */
export function luma(width: number, rgba: ArrayLike<number>): Luma {
  const pixels = new Uint8Array(Math.floor(rgba.length / 4));
  for (let i = 0; i < pixels.length; i += 1) {
    const [r = 0, g = 0, b = 0] = [rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2]];
    pixels[i] = (r * 77 + g * 150 + b * 29) >> 8;
  }
  return { width, pixels };
}
