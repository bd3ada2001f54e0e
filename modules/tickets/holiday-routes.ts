import { createRoute, z } from "@hono/zod-openapi";
import { apiRouter, calendarSchema, json, problem, problems } from "@permanence/people";
import { HOLIDAY_KINDS, holidayCountries, holidayRegions, publicHolidays } from "@permanence/sla";

const tags = ["Policies"];
const Language = z
  .string()
  .regex(/^[a-z]{2}$/)
  .default("en")
  .openapi({ description: "In which names are given, where they are known in it" });
const PlaceView = z.object({ code: z.string(), name: z.string() }).openapi("HolidayPlace");
const HolidayView = z
  .object({
    name: z.string(),
    kind: z.enum(HOLIDAY_KINDS).openapi({ description: "public: a day off by law" }),
    days: calendarSchema.shape.holidays.unwrap().openapi({
      description: "As a calendar's holidays are written: one entry, or one for each of the next ten years",
    }),
  })
  .openapi("PublicHoliday");

const listCountries = createRoute({
  ...{ method: "get", path: "/public-holidays", tags, summary: "The countries of which holidays are known" },
  request: { query: z.object({ language: Language }) },
  responses: { 200: json(z.object({ items: z.array(PlaceView) }), "The countries."), ...problems(400) },
});
const listHolidays = createRoute({
  ...{ method: "get", path: "/public-holidays/{country}", tags, summary: "What a country or region takes off" },
  description: "To be chosen from, and edited, for a calendar. Data: the package date-holidays, CC BY 3.0.",
  request: {
    params: z.object({ country: z.string().length(2) }),
    query: z.object({ language: Language, region: z.string().max(10).optional() }),
  },
  responses: {
    200: json(z.object({ regions: z.array(PlaceView), items: z.array(HolidayView) }), "Its holidays."),
    ...problems(400, 404),
  },
});

export function holidayRoutes() {
  const routes = apiRouter();
  routes.openapi(listCountries, async (c) =>
    c.json({ items: await holidayCountries(c.req.valid("query").language) }, 200),
  );
  routes.openapi(listHolidays, async (c) => {
    const { language, region } = c.req.valid("query");
    const country = c.req.valid("param").country.toUpperCase();
    const regions = await holidayRegions(country, language);
    if (regions === null) return problem(c, 404, "Not found", `No holidays are known of a country "${country}".`);
    if (region !== undefined && !regions.some(({ code }) => code === region))
      return problem(c, 404, "Not found", `No holidays are known of a region "${region}" of ${country}.`);
    const firstYear = new Date(c.get("world").clock.now()).getUTCFullYear();
    return c.json({ regions, items: await publicHolidays({ country, region }, { language, firstYear }) }, 200);
  });
  return routes;
}
