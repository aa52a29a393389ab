/** The holder's photo among what a card shows. */
import type { Report } from '@glimpse/verifier';

/** Every JPEG begins so: FF D8 FF, which is "/9j/" in Base64. */
const JPEG = '/9j/';

const isPhoto = (octets: string | null): octets is string => octets?.startsWith(JPEG) ?? false;

/** The first photo that is shown, as an image's address. */
export function photoOf(report: Report): string | undefined {
  const octets = report.cards.flatMap((card) => card.values.map((value) => value.octets)).find(isPhoto);
  return octets && `data:image/jpeg;base64,${octets}`;
}

/** The same report without what is shown as a picture already. */
export function withoutPhotos(report: Report): Report {
  const cards = report.cards.map((card) => ({ ...card, values: card.values.filter((value) => !isPhoto(value.octets)) }));
  return { ...report, cards };
}
