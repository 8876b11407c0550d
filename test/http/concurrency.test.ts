/** Parallel requests of an IdP: nothing is lost, nothing is there twice. */
import { expect, it } from "vitest";
import { group, makeTenant, user } from "../support/tenant.ts";

it("50 parallel PATCHes that each add another member: all 50 are there", async () => {
  const tenant = await makeTenant();
  const users = await Promise.all(
    Array.from({ length: 50 }, (_, index) => tenant.post("/Users", user(`m${index}`))),
  );
  const { body } = await tenant.post("/Groups", group("race"));
  const answers = await Promise.all(
    users.map((one) =>
      tenant.patch(`/Groups/${body.id}`, [
        { op: "add", path: "members", value: [{ value: one.body.id }] },
      ]),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 204));
  const { body: after } = await tenant.get(`/Groups/${body.id}`);
  expect(after.members.map(({ value }: { value: string }) => value).toSorted()).toEqual(
    users.map((one): string => one.body.id).toSorted(),
  );
  expect(after.meta.version).toBe('W/"51"');
});

it("30 parallel creates of one userName: one 201, 29 times 409 uniqueness", async () => {
  const tenant = await makeTenant();
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      tenant.post("/Users", user(index % 2 ? "Same@x.test" : "same@X.TEST")),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  const refused = answers.filter(({ status }) => status === 409);
  expect(refused).toHaveLength(29);
  for (const { body } of refused) expect(body.scimType).toBe("uniqueness");
  expect((await tenant.get("/Users")).body.totalResults).toBe(1);
});

it("parallel removals, additions and deletions leave what was acknowledged", async () => {
  const tenant = await makeTenant();
  const users = await Promise.all(
    Array.from({ length: 12 }, (_, index) => tenant.post("/Users", user(`d${index}`))),
  );
  const ids: string[] = users.map((one) => one.body.id);
  const { body } = await tenant.post("/Groups", group("busy", ids.slice(0, 8)));
  const path = `/Groups/${body.id}`;
  await Promise.all([
    ...ids
      .slice(0, 4)
      .map((id) => tenant.patch(path, [{ op: "remove", path: `members[value eq "${id}"]` }])),
    ...ids
      .slice(8)
      .map((id) => tenant.patch(path, [{ op: "add", path: "members", value: [{ value: id }] }])),
    ...ids.slice(4, 6).map((id) => tenant.delete(`/Users/${id}`)),
  ]);
  const { body: after } = await tenant.get(path);
  const left = after.members.map(({ value }: { value: string }) => value).toSorted();
  expect(left).toEqual(ids.slice(6).toSorted());
});
