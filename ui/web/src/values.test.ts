import { describe, expect, test } from 'vitest';
import type { Attribute, AttributeType } from './schema.ts';
import { common } from './strings/en.ts';
import { isDate, MAX_COUNT, problemOf, toDate, toValue } from './values.ts';

const TODAY = '2026-11-24';
const words = common.value;
const attribute = (type: AttributeType, code = 'field'): Attribute => ({ code, names: { en: 'Field' }, type });
const problem = (type: AttributeType, typed: string, code?: string): string | undefined =>
  problemOf(attribute(type, code), typed, words, TODAY);

describe('dates', () => {
  test('a day of the calendar is taken however its parts are written', () => {
    expect(toDate('1', '2', '1990')).toBe('1990-02-01');
    expect(toDate(' 31', '05 ', '1990')).toBe('1990-05-31');
  });

  test('a day that the calendar does not have is none', () => {
    expect(toDate('31', '4', '1990')).toBeUndefined();
    expect(toDate('29', '2', '1900')).toBeUndefined();
    expect(toDate('29', '2', '2000')).toBe('2000-02-29');
    expect(toDate('', '2', '2000')).toBeUndefined();
    expect(toDate('1', '2', '90')).toBeUndefined();
    expect(isDate('1990-2-1')).toBe(false);
    expect(isDate('1990-02-01T00:00')).toBe(false);
  });

  test('dates end where the core ends them', () => {
    expect(problem('date', '1900-01-01')).toBeUndefined();
    expect(problem('date', '1899-12-31')).toBe(words.dateRange);
    expect(problem('date', '2258-11-11')).toBeUndefined();
    expect(problem('date', '2258-11-12')).toBe(words.dateRange);
    expect(problem('date', '31 4 1990')).toBe(words.date);
  });

  test('nobody is born tomorrow, but a card may be valid until then', () => {
    expect(problem('date', '2026-11-25', 'birth_date')).toBe(words.future);
    expect(problem('date', TODAY, 'birth_date')).toBeUndefined();
    expect(problem('date', '2026-11-25', 'valid_until')).toBeUndefined();
  });
});

describe('the other types', () => {
  test('nothing typed is asked for', () => {
    expect(problem({ text: 64 }, '  ')).toBe(words.required);
  });

  test('text is bounded in octets and not in letters', () => {
    expect(problem({ text: 4 }, 'éé')).toBeUndefined();
    expect(problem({ text: 4 }, 'ééé')).toBe(words.text(4, 6));
  });

  test('text with controls or turned directions is not taken', () => {
    expect(problem({ text: 64 }, 'a\nb')).toBe(words.plain);
    expect(problem({ text: 64 }, 'a\u202eb')).toBe(words.plain);
    expect(problem({ text: 64 }, '<script>alert(1)</script>')).toBeUndefined();
  });

  test('a photo is a JPEG in base64 that is not too large', () => {
    const photo = { photo: 6 };
    expect(problem(photo, '/9j/AAAA')).toBeUndefined();
    expect(problem(photo, '/9j/AAAAAAAAAAAA')).toBe(words.photo);
    expect(problem(photo, 'iVBORw0K')).toBe(words.photo);
    expect(toValue(photo, '/9j/AAAA')).toBe('/9j/AAAA');
  });

  test('counts are whole and below 2^20', () => {
    expect(problem('count', String(MAX_COUNT))).toBeUndefined();
    expect(problem('count', String(MAX_COUNT + 1))).toBe(words.count(String(MAX_COUNT)));
    for (const bad of ['-1', '1.5', '1e3', '0x10', 'two']) expect(problem('count', bad)).toBeDefined();
  });

  test('an enumeration takes its codes alone', () => {
    const type = { enumeration: { '1': { en: 'Rivermouth' }, '12': { en: 'Hillford' } } };
    expect(problem(type, '12')).toBeUndefined();
    for (const bad of ['2', '01', 'Rivermouth']) expect(problem(type, bad)).toBe(words.enumeration);
  });

  test('octets are exactly as many as the schema says', () => {
    expect(problem({ bytes: 2 }, '00fF')).toBeUndefined();
    for (const bad of ['00f', '00ff0', '00fg']) expect(problem({ bytes: 2 }, bad)).toBe(words.hex(2));
  });

  test('values go to the service as its files have them', () => {
    expect(toValue('count', ' 12 ')).toBe(12);
    expect(toValue({ enumeration: { '1': { en: 'a' } } }, '1')).toBe(1);
    expect(toValue({ bytes: 1 }, 'FF')).toBe('ff');
    expect(toValue({ text: 9 }, ' Ada ')).toBe('Ada');
    expect(toValue('date', '1990-05-31')).toBe('1990-05-31');
  });
});
