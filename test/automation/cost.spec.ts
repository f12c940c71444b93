import { expect } from "chai";
import { adviceOn, monthlyCost } from "../../automation/cost.ts";
import { parseRedis, rawSettings } from "../components/settings.ts";
import { redisCost } from "../../components/redis/cost.ts";

const line = (what: string, monthly: number) => ({
  what,
  quantity: 1,
  unit: "hour",
  unitPrice: monthly,
  monthly,
});

describe("the advice on a cost", () => {
  it("reckons servers reserved for a year, and machines as spot", () => {
    const advice = adviceOn([
      line("t3.medium × 2", 60),
      line("db.t3.medium, Multi-AZ", 100),
      line("KMS key", 1),
    ]);
    expect(advice[0]).to.include("160.00 $ come to about 112.00 $, 48.00 $ less");
    expect(advice[1]).to.include("42.00 $ of 60.00 $");
    expect(advice[2]).to.include("t3.medium × 2");
  });

  it("says nothing of spot where there are managed servers only, and nothing without any", () => {
    expect(adviceOn([line("cache.t3.micro × 2", 24)]).join()).not.to.include("Spot");
    expect(adviceOn([line("Files in S3", 24)])).to.deep.equal([]);
  });

  it("reads what a component says of its cost", () => {
    const said = redisCost(parseRedis(rawSettings()));
    const { after, monthlyAfter } = monthlyCost.parse(JSON.parse(JSON.stringify(said)));
    expect(after).to.deep.equal(said.after);
    expect(monthlyAfter).to.equal(said.monthlyAfter);
  });
});
