/** Which pages of a list come before and after, from what the management API answered. */
import type { JsonObject } from "../scim/json.ts";
import { Pages, counted } from "./parts.tsx";
import { numberAt, textOrNullAt } from "./reading.ts";

interface PagingProps {
  readonly label: string;
  /** The management API's answer. */
  readonly list: JsonObject;
  /** What else the list was asked for. */
  readonly query?: Readonly<Record<string, string>>;
}

/** Of a list that is paged by number. */
export function NumberedPages({ label, list, query = {} }: PagingProps) {
  const [page, size, total] = [
    numberAt(list, "page"),
    numberAt(list, "pageSize"),
    numberAt(list, "totalCount"),
  ];
  const [first, last] = [(page - 1) * size + 1, Math.min(page * size, total)];
  const shown =
    first > last
      ? `None here, ${counted(total)} in all`
      : `${counted(first)} to ${counted(last)} of ${counted(total)}, newest first`;
  const linkTo = (number: number): string => linkOf({ ...query, page: String(number) });
  return (
    <>
      <p class="quiet small">{shown}</p>
      <Pages
        label={label}
        previous={page > 1 ? linkTo(page - 1) : undefined}
        next={last < total ? linkTo(page + 1) : undefined}
      />
    </>
  );
}

/** Of a list that is paged by cursor; `cursor` is that of this page, undefined on the first. */
export function CursorPages({
  label,
  list,
  query = {},
  cursor,
}: PagingProps & { cursor: string | undefined }) {
  const next = textOrNullAt(list, "nextCursor");
  return (
    <Pages
      label={label}
      first={cursor === undefined ? undefined : linkOf(query)}
      next={next === null ? undefined : linkOf({ ...query, cursor: next })}
    />
  );
}

function linkOf(query: Readonly<Record<string, string>>): string {
  return `?${new URLSearchParams(query).toString()}`;
}
