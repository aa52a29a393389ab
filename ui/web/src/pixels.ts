/** Pictures as pixels, for whatever looks for codes in them. */

/** A size with the same shape whose longer side is at most `longest`. */
export function fit(width: number, height: number, longest: number): [width: number, height: number] {
  const by = Math.min(1, longest / Math.max(width, height, 1));
  return [Math.max(1, Math.round(width * by)), Math.max(1, Math.round(height * by))];
}

/** Draws something at a size, on white where it is see-through, and reads it. */
export function read(source: CanvasImageSource, width: number, height: number, canvas = document.createElement('canvas')): ImageData {
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) return new ImageData(width, height);
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, width, height);
  pen.drawImage(source, 0, 0, width, height);
  return pen.getImageData(0, 0, width, height);
}

/** Sizes at which a picture is tried: a code in a large photograph is often read better in a smaller one. */
const SIZES = [1600, 900, 2600];

/** A picture file at each size that is worth a try. */
export async function* pictures(file: Blob): AsyncGenerator<ImageData> {
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
