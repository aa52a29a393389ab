/** The holder's photos among what an answer shows. */
import type { Report } from '@glimpse/verifier';

/** Every JPEG begins so: FF D8 FF, which is "/9j/" in Base64. */
const JPEG = '/9j/';

const isPhoto = (octets: string | null): octets is string => octets?.startsWith(JPEG) ?? false;

export interface Photo {
  /** The image's address. */
  address: string;
  /** The card on which it is. */
  card: string;
}

/** Every photo that is shown: each card has its own, and all must be of the person who stands there. */
export function photosOf(report: Report): Photo[] {
  return report.cards.flatMap(({ name, values }) =>
    values.flatMap(({ octets }) => (isPhoto(octets) ? [{ address: `data:image/jpeg;base64,${octets}`, card: name }] : [])),
  );
}

/** The same report without what is shown as a picture already. */
export function withoutPhotos(report: Report): Report {
  const cards = report.cards.map((card) => ({ ...card, values: card.values.filter((value) => !isPhoto(value.octets)) }));
  return { ...report, cards };
}
