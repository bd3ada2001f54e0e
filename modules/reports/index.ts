export { type AttainmentReport, reportAttainment } from "./attainment-report.ts";
export { ratingReportRoutes } from "./rating-report.ts";
export { reportRoutes } from "./report-routes.ts";
