/** Links from one page of a list to the next. */
import type { JsonObject } from "../scim/json.ts";
import { numberAt, textOrNullAt } from "./reading.ts";

interface PagesProps {
  /** What the management API answered. */
  readonly list: JsonObject;
  /** What else the list was asked for. */
  readonly query?: Readonly<Record<string, string>>;
}

/** Of a list that is paged by number, newest first. */
export function Pages({ list, query = {} }: PagesProps) {
  const [page, size, total] = [
    numberAt(list, "page"),
    numberAt(list, "pageSize"),
    numberAt(list, "totalCount"),
  ];
  const [first, last] = [(page - 1) * size + 1, Math.min(page * size, total)];
  const shown = first > last ? `None here, ${total} in all` : `${first} to ${last} of ${total}`;
  return (
    <nav class="pages" aria-label="Pages">
      <span class="quiet small">{shown}, newest first</span>
      <span class="actions">
        {page > 1 && <PageLink query={{ ...query, page: String(page - 1) }} label="Newer" />}
        {last < total && <PageLink query={{ ...query, page: String(page + 1) }} label="Older" />}
      </span>
    </nav>
  );
}

/** Of a list that is paged by cursor, newest first; `cursor` is that of this page. */
export function CursorPages({ list, query = {}, cursor }: PagesProps & { cursor?: string }) {
  const next = textOrNullAt(list, "nextCursor");
  return (
    <nav class="pages" aria-label="Pages">
      <span class="quiet small">Newest first</span>
      <span class="actions">
        {cursor !== undefined && <PageLink query={query} label="Newest" />}
        {next !== null && <PageLink query={{ ...query, cursor: next }} label="Older" />}
      </span>
    </nav>
  );
}

function PageLink({ query, label }: { query: Readonly<Record<string, string>>; label: string }) {
  return (
    <a class="button plain" href={`?${new URLSearchParams(query).toString()}`}>
      {label}
    </a>
  );
}
