/** Judges the imports of one file by the table "Who may import whom". */
import { posix } from "node:path";
import { scanImports, scanWords } from "./scan.ts";

/** Packages (`x/*`: anything below x), and where they may be imported: files end in `.ts`, all else is a folder. */
export interface PackageRule {
  readonly packages: readonly string[];
  readonly in: readonly string[];
}

export interface Room {
  /** Rooms whose values may be imported; a room may always import itself. */
  readonly values: readonly string[];
  /** Rooms of which only types may be imported. */
  readonly types: readonly string[];
  readonly packages: readonly PackageRule[];
  /** Files of those rooms that stay out of reach all the same. */
  readonly never?: readonly RegExp[];
  /** Words that its code may not hold. */
  readonly banned?: readonly string[];
}

export type Table = Readonly<Record<string, Room>>;

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

export interface Verdict {
  readonly imports: number;
  readonly findings: readonly Finding[];
}

/** The room of a file of the project; its path has forward slashes. */
export function roomOf(file: string): string {
  const [top = "", folder = "", ...deeper] = file.split("/");
  return top === "worker" && (deeper.length > 0 || folder.endsWith(".ts")) ? folder : top;
}

export function judgeFile(table: Table, file: string, source: string): Verdict {
  const name = roomOf(file);
  const room = table[name];
  if (room === undefined) {
    return { imports: 0, findings: [{ file, line: 1, rule: `${name} is no room of the table` }] };
  }
  const imports = scanImports(source);
  const findings = imports.flatMap(({ line, specifier, typeOnly }) => {
    const rule = specifier.startsWith(".")
      ? judgeRoom(room, name, posix.join(posix.dirname(file), specifier), typeOnly)
      : judgePackage(room, name, file, specifier);
    return rule === undefined ? [] : [{ file, line, rule }];
  });
  const words = scanWords(source, room.banned ?? ["\0"]).map(({ line, word }) => ({
    file,
    line,
    rule: `${name} may not use ${word}`,
  }));
  return { imports: imports.length, findings: [...findings, ...words] };
}

function judgeRoom(
  room: Room,
  name: string,
  target: string,
  typeOnly: boolean,
): string | undefined {
  if (!/^(?:worker|schema)\/.+\.tsx?$/.test(target)) {
    return `${name} may import files of worker/ and schema/ by their full name, not ${target}`;
  }
  const other = roomOf(target);
  if (other === name) return undefined;
  if (room.never?.some((pattern) => pattern.test(target)))
    return `${name} may not import ${target}`;
  if (room.values.includes(other)) return undefined;
  if (!room.types.includes(other)) return `${name} may not import ${other} (${target})`;
  return typeOnly ? undefined : `${name} may import only types of ${other} (import type)`;
}

function judgePackage(
  room: Room,
  name: string,
  file: string,
  specifier: string,
): string | undefined {
  const rules = room.packages.filter(({ packages }) =>
    packages.some((pattern) => matches(pattern, specifier)),
  );
  if (rules.length === 0) return `${name} may not import ${specifier}`;
  const places = rules.flatMap((rule) => rule.in);
  const allowed = places.some((place) =>
    place.endsWith(".ts") ? file === place : file.startsWith(`${place}/`),
  );
  return allowed ? undefined : `${specifier} may be imported in ${places.join(", ")} only`;
}

function matches(pattern: string, specifier: string): boolean {
  return pattern.endsWith("/*")
    ? specifier.startsWith(pattern.slice(0, -1))
    : specifier === pattern;
}
