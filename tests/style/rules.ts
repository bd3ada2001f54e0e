import { posix } from "node:path";
import { findInCode, importsOf, type SourceFile, workspaceOf } from "./source-file.ts";

/** Looks at all files together and says what is wrong, a sentence for each place. */
export type Rule = (files: SourceFile[]) => string[];

const isTest = (path: string) => path.endsWith(".test.ts") || /^(tests|tools)\//.test(path);
const isProgram = (path: string) => /\.(ts|mjs|js|svelte)$/.test(path);

/** Raw HTML reaches a page at one place: what arrived by mail is shown in a frame of its own instead. */
const RAW_HTML = /\{@html|\.(?:inner|outer)HTML\s*=|insertAdjacentHTML|\bsrcdoc\s*=|createContextualFragment/;
const noRawHtml: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith("apps/web/") && isProgram(path) && !isTest(path))
    .flatMap((file) => findInCode(file, RAW_HTML, "markup is written into a page"));

/** tests/ and tools/ belong to the root's package. */
const packageOf = (path: string) => (/^(modules|apps)\//.test(path) ? workspaceOf(path) : "");

/** A module is entered by its name and its index.ts. */
const noSideDoors: Rule = (files) =>
  files.flatMap((file) =>
    importsOf(file).flatMap((name) => {
      if (/^@permanence\/[^/]+\/./.test(name)) return [`${file.path}: ${name} reaches past an index.ts`];
      if (!name.startsWith(".")) return [];
      const target = posix.join(posix.dirname(file.path), name);
      const isOwn = packageOf(target) === packageOf(file.path) && !target.startsWith("..");
      return isOwn
        ? []
        : [`${file.path}: ${name} leaves ${workspaceOf(file.path) || "the root"}; import it by its package's name`];
    }),
  );

/** Who stands on whom (docs/ARCHITECTURE.md): a module may import those of a lower floor only. */
const FLOORS: string[][] = [
  ["modules/kernel"],
  ["modules/database", "modules/language"],
  ["modules/search"],
  ["modules/people"],
  ["modules/mail", "modules/sla"],
  ["modules/triage"],
  ["modules/tickets"],
  ["modules/duty", "modules/feedback"],
  ["modules/reports", "modules/proof"],
  ["apps/server", "tests", "tools"],
];
const floorOf = (workspace: string) => FLOORS.findIndex((floor) => floor.includes(workspace));

const noUpwardArrows: Rule = (files) =>
  files.flatMap((file) =>
    importsOf(file).flatMap((name) => {
      const target = /^@permanence\/([^/]+)/.exec(name)?.[1];
      if (target === undefined) return [];
      const isApp = target === "server" || target === "web";
      const from = workspaceOf(file.path);
      const floor = isApp ? -1 : floorOf(`modules/${target}`);
      // Pages have one way to the data, the HTTP API; of the modules they may know the kernel's words only.
      const isAllowed = from === "apps/web" ? target === "kernel" : floor >= 0 && floor < floorOf(from);
      return isAllowed ? [] : [`${file.path}: ${from} may not import ${name}`];
    }),
  );

/** Every module stands on a floor: one that is forgotten above could import nothing, and be imported by nobody. */
const everyModuleHasAFloor: Rule = (files) =>
  modulesOf(files)
    .filter((module) => floorOf(module) < 0)
    .map((module) => `${module}: has no floor in tests/style/rules.ts`);

/** Time and chance come in as arguments, so that tests own them. Browsers have one clock, in one file. */
const HIDDEN_INPUT = /\bDate\.now\b|\bnew Date\b(?!\s*\(\s*[^\s)])|\bMath\.random\b|\brandomUUID\b|\bTemporal\.Now\b/;
const MAY_ASK = /^(apps\/server|modules\/kernel)\/|^apps\/web\/src\/lib\/clock(\.svelte)?\.ts$/;
const noHiddenInput: Rule = (files) =>
  files
    .filter(({ path }) => isProgram(path) && /^(modules|apps)\//.test(path) && !MAY_ASK.test(path) && !isTest(path))
    .flatMap((file) => findInCode(file, HIDDEN_INPUT, "asks the machine for time or chance"));

/** The program's clock is the only one: the database is told the time. */
const SQL_TIME = /(?<![.\w])now\(\)|\bcurrent_timestamp\b|\blocaltimestamp\b|\b(?:transaction|statement)_timestamp\(/i;
const noSqlTime: Rule = (files) =>
  files
    .filter(
      ({ path }) =>
        /^(modules|apps\/server)\/.*\.(ts|sql)$/.test(path) && !path.startsWith("modules/kernel/") && !isTest(path),
    )
    .flatMap((file) => findInCode(file, SQL_TIME, "asks the database for the time"));

/** Functions have their limit (70 lines) in .oxlintrc.json. */
const MOST_LINES = 400;
const noLongFiles: Rule = (files) =>
  files
    .filter(({ path }) => (isProgram(path) || /\.(css|sql)$/.test(path)) && !path.includes("/migrations/"))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ path, lines }) => `${path}: ${lines} lines, more than ${MOST_LINES}`);

const everyModuleIntroducesItself: Rule = (files) => {
  const paths = new Set(files.map(({ path }) => path));
  return modulesOf(files)
    .flatMap((module) => [`${module}/README.md`, `${module}/index.ts`])
    .filter((path) => !paths.has(path))
    .map((path) => `${path}: is missing`);
};

/** npm puts every package where every workspace finds it, so an undeclared one works until it does not. */
const everyImportIsDeclared: Rule = (files) => {
  const declared = new Map(files.filter(({ path }) => path.endsWith("package.json")).map(declarationsOf));
  return files.flatMap((file) => {
    const own = declared.get(workspaceOf(file.path)) ?? new Set();
    const shared =
      isTest(file.path) || !/^(modules|apps)\//.test(file.path) ? (declared.get("") ?? new Set()) : new Set();
    return importsOf(file)
      .filter((name) => !/^([.#$/]|node:|virtual:)/.test(name))
      .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)![0])
      .filter((name) => !own.has(name) && !shared.has(name) && !(isTest(file.path) && name.startsWith("@permanence/")))
      .map((name) => `${file.path}: ${name} is not declared in its package.json`);
  });
};

/** A test that is left out says why: `context.skip("no root: a file system cannot be mounted")`. */
const QUIET_TEST = /\b(?:test|it|describe|suite)\.(?:only|todo|skip|skipIf|runIf)\b|\.skip\(\s*\)/;
const noQuietTests: Rule = (files) =>
  files
    .filter(({ path }) => path.endsWith(".test.ts"))
    .flatMap((file) => findInCode(file, QUIET_TEST, "leaves tests out without a word"));

export const RULES = {
  noRawHtml,
  noSideDoors,
  noUpwardArrows,
  everyModuleHasAFloor,
  noHiddenInput,
  noSqlTime,
  noLongFiles,
  everyModuleIntroducesItself,
  everyImportIsDeclared,
  noQuietTests,
};

function modulesOf(files: SourceFile[]): string[] {
  const workspaces = files.map(({ path }) => workspaceOf(path)).filter((workspace) => workspace.startsWith("modules/"));
  return [...new Set(workspaces)];
}

function declarationsOf({ path, text }: SourceFile): [string, Set<string>] {
  const { name, dependencies, devDependencies, peerDependencies } = JSON.parse(text);
  const names = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies });
  return [workspaceOf(path), new Set([name, ...names])];
}
