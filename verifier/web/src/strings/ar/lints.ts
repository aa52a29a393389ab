import type { CounterTexts } from '../en/index.ts';

export const lints: CounterTexts['lints'] = {
  short_time: (seconds) => `تعطي الناس وقتًا قليلًا لقراءة المطلوب: ${seconds} ث. أعطهم 60 أو أكثر.`,
  long_time: (seconds) => `رموزها صالحة ${seconds} ث، وهي مدة طويلة يمكن تمريرها فيها. تكفي 120 في الغالب.`,
  missing_language: (languages) => `اسمها موجود بـ ${languages} وسببها غير موجود بها. السكان يقرؤون السبب.`,
  not_registered: () => 'هذا الشباك غير مسجل، فكل محفظة تحذّر.',
  date_shown: (of) => `تطلب رؤية التاريخ «${of}». حيث يكفي عمر أو حد فلتطلب ذلك.`,
  count_shown: (of) => `تطلب رؤية العدد «${of}». حيث يكفي حد فلتطلب ذلك.`,
  identifies: (of) => `تطلب رؤية «${of}»، وبه يُعرف الشخص من جديد. لا تطلبه إلا إذا احتاجه الغرض.`,
  many_shown: (many) => `عدد ما تطلب رؤيته من بطاقة واحدة: ${many}. وهي تدل معًا على شخص بعينه.`,
  pins_value: (of) => `ما تطلبه عن «${of}» لا يترك إلا جوابًا واحدًا. تقول المحافظ إنه معروض.`,
  recognises: () => 'بها يتعرف هذا الشباك إلى الناس حين يعودون. احذف ذلك ما لم يكن هو الغرض.',
  too_fresh: (days, renewed) => `ترفض بطاقات جيدة: أقصى عمر تقبله بالأيام ${days}، والبطاقات تُجدّد كل كذا يومًا: ${renewed}.`,
  too_stale: (days, renewed) => `تقبل بطاقات بعد سحبها بأيام عددها ${days}؛ والبطاقات تُجدّد كل كذا يومًا: ${renewed}.`,
  beyond_registration: (purpose) => `تطلب أكثر مما سُجّل له هذا الشباك تحت «${purpose}»، فكل محفظة تحذّر.`,
};

export const causes: CounterTexts['causes'] = {
  unknown_schema: (schema) => `ليس في قائمة الثقة المستعملة بطاقة «${schema}». حمّل قائمة أحدث، أو اطلب تغيير السياسة.`,
  several_schemas: (schema, ids) => `في قائمة الثقة أكثر من بطاقة «${schema}». على السياسة أن تسمي واحدة بمعرّفها: ${ids}.`,
  unknown_attribute: (schema, attribute) => `ليس على البطاقة «${schema}» شيء اسمه «${attribute}».`,
  no_issuer: (schema) => `لا مكتب من المقبولين لديها يعطي البطاقة «${schema}» الآن. حمّل قائمة أحدث، أو اطلب تغيير السياسة.`,
  one_statement: (attribute) => `عليها أن تذكر شيئًا واحدًا لا غير يُثبت عن «${attribute}».`,
  type: (attribute) => `ما تطلب إثباته عن «${attribute}» لا يناسب نوعه.`,
  shown_and_proved: (attribute) => `تطلب رؤية «${attribute}» وإثبات شيء عنه. ما يُعرض لا يحتاج إلى إثبات.`,
  day: (given) => `«${given}» ليس يومًا مثل 2026-01-31.`,
  equality: (attribute) => `لا يُقارن «${attribute}» إلا ببطاقة سابقة تُعرض معه.`,
  nothing: (schema) => `تطلب البطاقة «${schema}» ولا تطلب شيئًا مما عليها.`,
  request: () => 'لن تقبل أي محفظة هذا السؤال. اطلب من واضع السياسة أن يراجعها.',
};

export const place: CounterTexts['place'] = (alternative, card) => `الخيار ${alternative}، البطاقة ${card}`;
