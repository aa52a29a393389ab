/** The history as it is read: by day, and as a receipt. */
import { day, locale, moment, today } from '@glimpse/ui/format.ts';
import type { Language } from '@glimpse/ui/i18n.svelte.ts';
import type { HistoryView } from './bindings.ts';
import { statement } from './statements.ts';
import type { History } from './strings/en/history.ts';
import type { Showing } from './strings/en/showing.ts';

export interface Day {
  iso: string;
  /** "Today", or the day's date. */
  name: string;
  entries: { id: number; at: string; view: HistoryView }[];
}

/** The latest first, as they come; each day once. */
export function byDay(entries: readonly HistoryView[], now: Date, t: History, tongue: Language): Day[] {
  const hour = new Intl.DateTimeFormat(locale(tongue), { hour: '2-digit', minute: '2-digit' });
  const before = new Date(now);
  before.setDate(now.getDate() - 1);
  const names: Record<string, string> = { [today(now)]: t.today, [today(before)]: t.yesterday };
  const days: Day[] = [];
  for (const view of entries) {
    const iso = today(new Date(view.time * 1000));
    if (days.at(-1)?.iso !== iso) days.push({ iso, name: names[iso] ?? day(iso, tongue), entries: [] });
    days.at(-1)?.entries.push({ id: view.id, at: hour.format(view.time * 1000), view });
  }
  return days;
}

/** A receipt to be kept elsewhere: what the screen says, line by line. */
export function asText(entry: HistoryView, t: History, showing: Showing, tongue: Language): string {
  const lines = [
    `Glimpse · ${t.receipt}`,
    `${t.to}: ${entry.verifier} (${entry.known ? t.known : t.unknown})`,
    `${t.when}: ${moment(entry.time, tongue)}`,
    `${t.why}: ${entry.purpose}`,
    `${t.how}: ${entry.online ? t.byNet : t.byCode}`,
  ];
  for (const item of entry.items) {
    lines.push('', showing.fromCard(item.credential), `${t.learned}:`);
    lines.push(...item.disclosed.map((shown) => `  ${t.valueNot(shown.name)}`));
    for (const proof of item.proves) {
      const { claim, kept } = statement(proof, showing, tongue);
      lines.push(`  ${claim}. ${kept}`.trimEnd());
    }
    const also = item.renewed === '' ? showing.alsoOnly(item.issuer) : showing.also(item.issuer, day(item.renewed, tongue));
    lines.push(`  ${showing.alsoTitle} ${also}`);
    lines.push(`${t.hidden}:`, ...item.hidden.map((name) => `  ${name}`));
  }
  lines.push('', entry.items.some((item) => item.pseudonym) ? showing.again : showing.notAgain);
  return [...lines, '', t.footer].join('\n');
}
