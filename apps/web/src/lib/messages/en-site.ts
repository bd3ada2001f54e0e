// The public site, in English.

import type { frSite } from "#lib/messages/fr-site.ts";

export const enSite: typeof frSite = {
  site: {
    nav: "Main",
    home: "Help",
    account: "My requests",
    signIn: "Sign in",
    signOut: "Sign out",
    suggestions: "Ideas",
    academy: "Academy",
    agents: "For agents",
    vat: (number) => `VAT ${number}`,
    legal: "Legal",

    question: "What do you need?",
    open: (until) => `Open until ${until}`,
    openAlways: "Open day and night",
    closed: (when) => `Closed now; opens ${when}`,
    holiday: (when) => `Closed today, a public holiday; opens ${when}`,
    never: "Hours by arrangement",
    todayAt: (time) => `today at ${time}`,
    tomorrowAt: (time) => `tomorrow at ${time}`,
    dayAt: (day, time) => `${day} at ${time}`,
    write: "Send a request",
    writeHelp: "A form, without an account. You see the response time before you send.",
    mail: "Write an e-mail",
    learn: "Learn by yourself",
    learnHelp: "Lessons free of charge, at any hour, at your own pace.",
    suggest: "Suggest an improvement",
    suggestHelp: "For an idea or a comment, at any hour.",

    promiseTitle: "What we promise you",
    promiseLead:
      "Each request gets a priority, with the reason. The response time starts when we receive your request. It ends when you receive the confirmation that it is registered: sending it is not enough.",
    promisePlain: "These times run day and night, weekends and holidays included.",
    priorityHead: "Priority",
    meaningHead: "What it is",
    withinHead: "Confirmation with you within",
    workHead: "Who works on it, and when",
    meaning: {
      urgent:
        "The service is interrupted or gravely affected, and there is no other way to go on. For example: nothing is sent any more.",
      high: "An important part of the service works badly, with a partial workaround or none.",
      normal: "A feature has a problem, and the service is not reduced by it.",
      low: "A question, help with installing or configuring, or a wish: little or no effect on your business.",
    },
    work: {
      urgent: "Without a break, day and night, until it is resolved.",
      high: "In working hours, and beyond them as far as necessary.",
      normal: "In working hours, to resolve the problem or to find a way around it.",
      low: "In working hours.",
    },
    within: (time) => time,
    withinWorking: (time) => `${time} of working time`,
    hours: (count) => `${count} hours`,
    oneHour: "one hour",
    minutes: (count) => `${count} min`,

    enterTitle: "Your requests, at hand",
    enterLead: "We send you a code and a link. There is no password to remember.",
    email: "Your e-mail address",
    ask: "Get the code",
    emailWrong: "Enter the address where you read your mail, for example name@agency.be.",
    sentTitle: "A code is on its way",
    sent: (email) =>
      `Look in the mailbox of ${email}. The code works once, for fifteen minutes; the link in the mail does the same.`,
    code: "Eight-digit code",
    enter: "Enter",
    codeWrong:
      "This code is wrong, was used already, or is older than fifteen minutes. Check it, or ask for another one.",
    linkWrong: "This link was used already, or is older than fifteen minutes. Ask for another one.",
    linkTitle: "One more click",
    linkLead: "This link comes from your mailbox: confirm that it is you.",
    another: "Use another address",
    held: "No mail leaves this machine for now: the code cannot reach you.",
    failed: "The service did not answer. Nothing is lost: try again in a moment.",
  },
};
