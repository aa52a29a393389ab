import type { Shell } from '../en/shell.ts';

export const shell: Shell = {
  name: 'Glimpse',
  places: 'القائمة الرئيسية',
  cards: 'البطاقات',
  scan: 'مسح',
  history: 'السجل',
  settings: 'الإعدادات',
  lock: 'قفل',
  back: 'رجوع',
  skip: 'الانتقال إلى المحتوى',
  done: 'تم',
  tryAgain: 'حاول مرة أخرى',
  forHelpers: 'لمن يساعدك',
  linkWaits: 'هناك رابط يريد أن يُفتح. ينتظر حتى تنتهي هنا.',
  drop: 'أفلت الملف لفتحه',
  pin: 'الرقم السري',
  passphrase: 'عبارة السر',
};
