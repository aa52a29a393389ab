/** What is unwise in a policy, by the linter's codes and with what it names; and why a policy cannot be asked. */
export const lints = {
  short_time: (seconds: string): string => `It gives people too little time to read what is asked: ${seconds} s. Give them 60 or more.`,
  long_time: (seconds: string): string => `Its codes are good for ${seconds} s, so long that they can be passed on. 120 do for most.`,
  missing_language: (languages: string): string => `Its name is there in ${languages}, its reason is not. Residents read the reason.`,
  not_registered: (): string => 'This counter is not registered, so every wallet warns.',
  date_shown: (of: string): string => `It asks to see the date “${of}”. Where an age or a limit is enough, let it ask for that.`,
  count_shown: (of: string): string => `It asks to see the number “${of}”. Where a limit is enough, let it ask for that.`,
  identifies: (of: string): string => `It asks to see “${of}”, by which a person can be known again. Ask only where the purpose needs it.`,
  many_shown: (many: string): string => `It asks to see ${many} things on one card. Together they single people out.`,
  pins_value: (of: string): string => `What it asks of “${of}” leaves one answer only. Wallets say that it is shown.`,
  recognises: (): string => 'With it, this counter knows people again when they come back. Leave that out unless it is the purpose.',
  too_fresh: (days: string, renewed: string): string => `It refuses good cards: they may be ${days} days old at most, and are renewed every ${renewed} days.`,
  too_stale: (days: string, renewed: string): string =>
    `It accepts cards for up to ${days} days after they were withdrawn; they are renewed every ${renewed} days.`,
  beyond_registration: (purpose: string): string => `It asks for more than this counter is registered for under “${purpose}”, so every wallet warns.`,
};

export const causes = {
  unknown_schema: (schema: string): string => `The trust list in use has no card “${schema}”. Load a newer list, or have the policy changed.`,
  several_schemas: (schema: string, ids: string): string => `The trust list has several cards “${schema}”. The policy must name one by its id: ${ids}.`,
  unknown_attribute: (schema: string, attribute: string): string => `The card “${schema}” has nothing called “${attribute}”.`,
  no_issuer: (schema: string): string => `No office that it accepts gives the card “${schema}” now. Load a newer list, or have the policy changed.`,
  one_statement: (attribute: string): string => `It must say exactly one thing to prove of “${attribute}”.`,
  type: (attribute: string): string => `What it asks to prove of “${attribute}” does not fit what that is.`,
  shown_and_proved: (attribute: string): string => `It asks to see “${attribute}” and to prove something of it. What is shown needs no proof.`,
  day: (given: string): string => `“${given}” is no day such as 2026-01-31.`,
  equality: (attribute: string): string => `“${attribute}” can only be compared with an earlier card that is shown beside it.`,
  nothing: (schema: string): string => `It asks for the card “${schema}”, and for nothing on it.`,
  request: (): string => 'No wallet would take this question. Have the policy checked by whoever made it.',
};

export const place = (alternative: string, card: string): string => `Choice ${alternative}, card ${card}`;
