/** Reads the walls of docs/threat-model.md: rows of three cells below a heading for each attacker. */

export interface Wall {
  readonly attacker: string;
  readonly wall: string;
  /** Cells as they are written. */
  readonly built: string;
  readonly shown: string;
}

export interface Name {
  readonly path: string;
  /** Of a test in that file; undefined where the file as a whole is meant. */
  readonly title: string | undefined;
}

export function wallsIn(page: string): readonly Wall[] {
  const [, ...sections] = page.split(/^### /m);
  return sections.flatMap((section) => {
    const [attacker = "", ...lines] = section.split(/^## /m)[0]?.split("\n") ?? [];
    return lines.flatMap((line) => {
      const [, wall, built, shown] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
      const isRow = wall !== undefined && wall !== "wall" && !wall.startsWith("---");
      return isRow ? [{ attacker, wall, built: built ?? "", shown: shown ?? "" }] : [];
    });
  });
}

/** `path` ("title"), `path`, ... */
export function namesIn(cell: string): readonly Name[] {
  const names = cell.matchAll(/`([^`]+)`(?: \("((?:[^"])+)"\))?/g);
  return [...names].map(([, path = "", title]) => ({ path, title: title?.replaceAll("\\|", "|") }));
}
