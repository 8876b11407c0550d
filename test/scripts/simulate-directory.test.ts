import { expect, test } from "vitest";
import { readAttributes, writeAttributes } from "../../scripts/simulate/attributes.ts";
import { makeDirectory } from "../../scripts/simulate/directory.ts";
import { intendWhole } from "../../scripts/simulate/intended.ts";
import { sampleBelow, startRandom } from "../../scripts/simulate/random.ts";

const SIZE = { idp: "entra", seed: "7", users: 120, groups: 12 };
const directory = makeDirectory(SIZE);

test("the same seed and sizes mean the same company", () => {
  expect(makeDirectory(SIZE)).toEqual(directory);
  expect(intendWhole(makeDirectory(SIZE))).toEqual(intendWhole(directory));
});

test.each([{ seed: "8" }, { users: 121 }, { groups: 13 }, { idp: "okta" }])(
  "%j means another company, which shares no name with the first",
  (other) => {
    const second = makeDirectory({ ...SIZE, ...other });
    const names = new Set(directory.users.map((user) => user.before["userName"]));
    expect(second.prefix).not.toBe(directory.prefix);
    expect(second.users.filter((user) => names.has(user.before["userName"]))).toEqual([]);
  },
);

test("no prefix begins another", () => {
  const sizes = [1, 11, 111].map((groups) => makeDirectory({ ...SIZE, groups }).prefix);
  for (const one of sizes) {
    expect(sizes.filter((other) => other.startsWith(one))).toEqual([one]);
  }
});

test("twenty users show every course and every kind of change", () => {
  const { users } = makeDirectory({ ...SIZE, users: 20 });
  expect(new Set(users.map((user) => user.course))).toEqual(
    new Set(["steady", "disabled", "restored", "deleted"]),
  );
  const changed = new Set(
    users.flatMap((user) =>
      Object.keys(user.after).filter((path) => user.after[path] !== user.before[path]),
    ),
  );
  for (const path of ["userName", "name.familyName", "title", 'emails[type eq "work"].value']) {
    expect(changed).toContain(path);
  }
  expect(users.some((user) => Object.keys(user.after).some((path) => !(path in user.before)))).toBe(
    true,
  );
  expect(users.some((user) => user.managerAfter !== user.managerBefore)).toBe(true);
});

test("names are unique before, in between and after", () => {
  for (const read of [
    (user: (typeof directory.users)[number]) => user.before["userName"],
    (user: (typeof directory.users)[number]) => user.after["userName"],
  ]) {
    expect(new Set(directory.users.map(read)).size).toBe(SIZE.users);
  }
  const names = directory.groups.flatMap((group) => [
    ...new Set([group.nameBefore, group.nameAfter]),
  ]);
  expect(new Set(names).size).toBe(names.length);
});

test("nobody is managed by somebody who is deleted, nor by himself", () => {
  for (const user of directory.users) {
    for (const manager of [user.managerBefore, user.managerAfter]) {
      if (manager === undefined) continue;
      expect(manager).not.toBe(user.index);
      expect(directory.users[manager]?.course).not.toBe("deleted");
    }
  }
});

test("only members leave, and neither they nor the deleted are members at the end", () => {
  const intended = intendWhole(directory);
  const first = directory.groups[0];
  const members = intended.groups[0]?.members ?? [];
  expect(first?.joined).toHaveLength(SIZE.users);
  expect(first?.joined).toEqual(expect.arrayContaining([...(first?.left ?? [])]));
  expect(members.length).toBeGreaterThan(0);
  for (const gone of [...(first?.left ?? [])].map((index) => directory.users[index]?.externalId)) {
    expect(members).not.toContain(gone);
  }
  expect(members.filter((member) => intended.deleted.includes(member))).toEqual([]);
});

test("attributes survive being written and read", () => {
  for (const user of directory.users) {
    expect(readAttributes(writeAttributes(user.after))).toEqual(user.after);
  }
});

test("a sample has its size, no doubles, and stays below the limit", () => {
  for (const size of [0, 1, 7, 30]) {
    const sample = sampleBelow(startRandom("sample", size), 30, size);
    expect(new Set(sample).size).toBe(size);
    expect(sample.every((number) => number >= 0 && number < 30)).toBe(true);
  }
});
