export { dueAt, dueAtIn, isOpen, nextOpening } from "./business-time.ts";
export {
  type Calendar,
  type DayName,
  type DaySpan,
  type Holiday,
  type Opening,
  type Weekday,
  WEEKDAYS,
  type WeeklyCalendar,
} from "./calendar.ts";
export {
  type Batch,
  type ClockRef,
  type ClockTable,
  type KeptClock,
  readClock,
  readClocks,
  saveClock,
  type StoredClock,
  takeClocksToFold,
} from "./clock-store.ts";
export { naiveFold } from "./naive-response-clock.ts"; // For simulations: second reckonings of the clocks.
export { naivePromised } from "./naive-promised-clock.ts";
export { type Attempt, findAttempts } from "./notice-attempts.ts";
export { type OpenSpan, openSpans, openSpansFrom } from "./open-spans.ts";
export {
  type ClockState,
  type Outcome,
  PRIORITIES,
  type Priority,
  type Receipt,
  type ResponseCase,
  type ResponseEvent,
  type ResponsePolicy,
  type ResponseTarget,
} from "./response-case.ts";
export {
  foldPromised,
  PROMISED_TARGETS,
  type PromisedCase,
  type PromisedEvent,
  type PromisedFold,
  type PromisedState,
  type PromisedTarget,
} from "./promised-clock.ts";
export { foldResponse, responsePriority } from "./response-clock.ts";
export {
  countedSpansFrom,
  dueAtWithPauses,
  elapsedIn,
  explainDue,
  type Pause,
  type Reckoning,
} from "./counted-time.ts";
export {
  HOLIDAY_KINDS,
  holidayCountries,
  type HolidayPlace,
  holidayRegions,
  type PublicHoliday,
  publicHolidays,
} from "./public-holidays.ts";
