import type { Common } from './en.ts';
import { counted } from './plural.ts';

export const common: Common = {
  language: 'اللغة',
  theme: 'المظهر',
  themes: { system: 'تلقائي', light: 'فاتح', dark: 'داكن', contrast: 'تباين عالٍ' },
  loading: 'جارٍ التحميل…',
  close: 'إغلاق',
  cancel: 'إلغاء',
  copy: 'نسخ',
  copied: 'تم النسخ',
  previous: 'السابق',
  next: 'التالي',
  pages: 'الصفحات',
  range: (from, to, total) => `من ${from} إلى ${to} من أصل ${total}`,
  required: 'إلزامي',
  optional: 'اختياري',
  day: 'اليوم',
  month: 'الشهر',
  year: 'السنة',
  choose: 'اختر…',
  showPassword: 'إظهار',
  hidePassword: 'إخفاء',
  covered: 'مخفي',
  summary: (n) =>
    n === 1
      ? 'هناك أمر يحتاج إلى مراجعة'
      : `هناك ${counted(n, { one: 'أمر', two: 'أمران', three: 'أمور', eleven: 'أمرًا' })} تحتاج إلى مراجعة`,
  types: { text: 'نص', bytes: 'ثُمانيات', photo: 'صورة', date: 'تاريخ', count: 'عدد', enumeration: 'قائمة اختيار' },
  value: {
    required: 'املأ هذا الحقل',
    date: 'هذا ليس تاريخًا. اكتب اليوم والشهر والسنة، مثل 31 5 1990',
    dateRange: 'اكتب تاريخًا بين 1 يناير 1900 و11 نوفمبر 2258',
    future: 'هذا التاريخ في المستقبل',
    count: (max) => `اكتب عددًا صحيحًا من 0 إلى ${max}`,
    enumeration: 'اختر من القائمة',
    text: (max, now) => `النص طويل جدًا: الحد الأقصى ${max} ثُمانية، وفيه ${now}`,
    plain: 'يحتوي النص على رموز لا تُطبع، مثل فاصل الأسطر',
    photo: 'اختر صورة',
    hex: (octets) => `اكتب ${octets * 2} رمزًا بالضبط، كلٌّ منها 0–9 أو a–f`,
  },
};
