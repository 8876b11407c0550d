/** The conformance table as Markdown, and what is wrong with it. */
import type { Section } from "./sections.ts";

/** What the table needs of an example's data file. */
export interface ExampleFile {
  readonly file: string;
  readonly rfc: string;
  readonly section: string;
}

export interface Conformance {
  readonly sections: readonly Section[];
  readonly examples: readonly ExampleFile[];
  /** Which features are switched on. */
  readonly supports: Readonly<Record<string, boolean | undefined>>;
}

const EXAMPLES = "test/rfc/examples.test.ts";

const HEAD = `# Conformance

Section by section: what Rollcall does of RFC 7643 (SCIM core schema), RFC 7644 (SCIM protocol) and RFC 9865 (cursor pagination), and the tests
that show it. Made by \`scripts/conformance-table.ts\`; edit \`scripts/conformance-table/sections.ts\` and run \`node scripts/conformance-table.ts\`.

"n examples" are data files in [test/rfc](../test/rfc), named by RFC and section, played over HTTP as a \`strict\` and as a \`generic\` connection by
[${EXAMPLES}](../${EXAMPLES}). Where the served schemas differ from RFC 7643 section 8.7.1 is listed, each with its reason, in
[test/schema/deviations.json](../test/schema/deviations.json).
`;

const TITLES: Readonly<Record<Section["rfc"], string>> = {
  "7643": "RFC 7643: core schema",
  "7644": "RFC 7644: protocol",
  "9865": "RFC 9865: cursor pagination",
};

export function printTable({ sections, examples, supports }: Conformance): string {
  const tables = Object.entries(TITLES).map(([rfc, title]) => {
    const rows = sections
      .filter((section) => section.rfc === rfc)
      .map((section) => printRow(section, examplesOf(section, sections, examples), supports));
    const head = ["| section | | done | how | tests |", "|---|---|---|---|---|"];
    return [`## ${title}`, "", ...head, ...rows].join("\n");
  });
  return `${HEAD}\n${tables.join("\n\n")}\n`;
}

function printRow(
  section: Section,
  examples: readonly ExampleFile[],
  supports: Conformance["supports"],
): string {
  const { feature, state, tests = [] } = section;
  const isOff = feature !== undefined && supports[feature] !== true;
  const files = tests.map((path) => `[${path.replace("test/", "")}](../${path})`);
  const played = examples.length === 1 ? ["1 example"] : [`${examples.length} examples`];
  const shown = [...(examples.length === 0 ? [] : played), ...files].join(", ");
  const what = isOff ? "Switched off; /ServiceProviderConfig says so." : section.what;
  const done = isOff ? "no" : state;
  return `| ${section.section} | ${section.title} | ${done} | ${what} | ${shown} |`;
}

/** The examples whose section is this one, or one below it that has no row of its own. */
function examplesOf(
  { rfc, section }: Section,
  sections: readonly Section[],
  examples: readonly ExampleFile[],
): ExampleFile[] {
  return examples.filter((example) => example.rfc === rfc && homeOf(example, sections) === section);
}

/** The section under which an example is shown: the nearest that has a row. */
function homeOf(example: ExampleFile, sections: readonly Section[]): string | undefined {
  const isAbove = ({ rfc, section }: Section): boolean =>
    rfc === example.rfc && `${example.section}.`.startsWith(`${section}.`);
  return sections
    .filter(isAbove)
    .map(({ section }) => section)
    .toSorted((left, right) => right.length - left.length)[0];
}

/** `exists` says whether a path from the root is a file. */
export function faultsOf(
  { sections, examples }: Conformance,
  exists: (path: string) => boolean,
): string[] {
  const faults: string[] = [];
  if (sections.length === 0) faults.push("saw no section");
  if (examples.length === 0) faults.push("saw no example");
  for (const { rfc, section, state, tests = [], ...rest } of sections) {
    const name = `RFC ${rfc} section ${section}`;
    for (const path of tests) if (!exists(path)) faults.push(`${name}: there is no ${path}`);
    const played = examplesOf({ rfc, section, state, ...rest }, sections, examples);
    if (state === "yes" && tests.length + played.length === 0) {
      faults.push(`${name} is done, says its row, and no test shows it`);
    }
  }
  for (const example of examples) {
    if (homeOf(example, sections) === undefined)
      faults.push(`${example.file}: its section has no row`);
  }
  return faults;
}
